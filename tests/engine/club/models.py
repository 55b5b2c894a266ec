"""The members of a club."""

from pipelines.engine.columns import (
    STRONG,
    Amount,
    Choice,
    Day,
    Email,
    Flag,
    FreeText,
    Moment,
    SourceId,
    Text,
    Whole,
)
from pipelines.engine.rows import ImportedRow
from pipelines.engine.spec import SubjectRule


class Member(ImportedRow):
    """A member of a club, with a column of nearly every kind. Ids are whatever has no blanks."""

    entity = "member"
    number_field = "number"
    subject = SubjectRule(kind="member")
    not_after = (("created_date", "updated_date"),)

    lake_id = SourceId(pattern=r"\S{1,40}")
    number = Text(r"M\d{4}", strength=STRONG)
    name = FreeText(required=True, personal=True)
    level = Choice("Gold", "Silver", required=True)
    visits = Whole(minimum=0, maximum=100_000)
    fee = Amount(required=True)
    joined = Day()
    note = FreeText(personal=True)
    email = Email(personal=True)
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)

    class Meta:
        app_label = "club"
