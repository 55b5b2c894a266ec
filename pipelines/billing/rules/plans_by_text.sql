-- One row: the plans as sold of one name and one place in the catalogue whose charges are in one currency. `plans`
-- counts a plan once, with the first of its currencies; `money` is the sum of the prices (shares are no money).
SELECT name, product_rate_plan_id, product_id, currency, COUNT(*) AS plans, SUM(price) AS money
FROM (
    SELECT
        p.name, p.product_rate_plan_id, p.product_id, MIN(c.currency) AS currency,
        SUM(CASE WHEN c.charge_model <> %(share)s THEN c.price END) AS price
    FROM billing_rateplan p
    LEFT JOIN billing_rateplancharge c ON c.rate_plan_id = p.lake_id AND c.tenant = %(tenant)s
    WHERE p.`key` > %(first)s AND p.`key` < %(last)s
    GROUP BY p.`key`, p.name, p.product_rate_plan_id, p.product_id
) priced
GROUP BY name, product_rate_plan_id, product_id, currency
