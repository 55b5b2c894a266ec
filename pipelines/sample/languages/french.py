"""French words."""

from pipelines.sample.languages import Country, Language

FRANCE = Country(
    name="France",
    code="FR",
    currency="EUR",
    tax_per_mille=21,
    phone="+33 1 99 00 ",
    cities=(
        ("75011", "Paris", "Île-de-France"), ("69002", "Lyon", "Auvergne-Rhône-Alpes"),
        ("13001", "Marseille", "Provence-Alpes-Côte d'Azur"), ("31000", "Toulouse", "Occitanie"),
        ("44000", "Nantes", "Pays de la Loire"), ("67000", "Strasbourg", "Grand Est"),
        ("33000", "Bordeaux", "Nouvelle-Aquitaine"), ("35000", "Rennes", "Bretagne"),
        ("38000", "Grenoble", "Auvergne-Rhône-Alpes"), ("42000", "Saint-Étienne", "Auvergne-Rhône-Alpes"),
        ("76000", "Rouen", "Normandie"), ("29200", "Brest", "Bretagne"), ("63000", "Clermont-Ferrand", ""),
    ),
)  # fmt: skip

SWITZERLAND = Country(
    name="Switzerland",
    code="CH",
    currency="CHF",
    tax_per_mille=26,
    phone="+41 22 999 ",
    cities=(
        ("1201", "Genève", "Genève"), ("1003", "Lausanne", "Vaud"), ("2000", "Neuchâtel", "Neuchâtel"),
        ("1700", "Fribourg", "Fribourg"), ("1950", "Sion", "Valais"), ("2800", "Delémont", "Jura"),
    ),
)  # fmt: skip

FRENCH = Language(
    first_names=(
        "Élodie", "François", "Hélène", "Jean-Luc", "Amélie", "Benoît", "Zoé", "Léa", "Mathis", "Noël",
        "Maëlle", "Gaëtan", "Loïc", "Inès", "Yasmine", "Karim", "Céline", "Gérard", "Solène", "Aurélien",
        "Marie-Thérèse", "Thibault", "Ségolène", "Cédric", "Océane", "Raphaël", "Anaïs", "Étienne", "Fatou",
        "Côme",
    ),
    last_names=(
        "Lefèvre", "Dupont", "Durand", "L'Hôte", "D'Aubigné", "N'Diaye", "Müller", "Bénard", "Garçon", "Noël",
        "Le Goff", "de La Tour", "Châtelain", "Père", "Françoise", "Hébert", "Lemaître", "Besançon",
        "Ait Ahmed", "Nguyen", "Da Silva", "Rochat", "Favre", "Testard", "Prévôt", "O'Brien", "Crépin",
        "Sœur", "Œuvrard",
    ),
    streets=(
        "rue de l'Église", "avenue de la République", "boulevard Voltaire", "place du Marché",
        "rue des Érables", "chemin du Vieux-Moulin", "impasse de l'Hôtel-de-Ville", "quai de Saône",
        "route de Genève", "allée des Tilleuls", "rue du Général-Leclerc", "cours d'Alsace",
        "passage de l'Œuvre",
    ),
    street_form="{number} {street}",
    notes=(
        "cliente depuis 2018, très fidèle", "souhaite une facture papier", "a déménagé deux fois cette année",
        "journal souvent mouillé, prévenir le porteur", "préfère être appelée après 18 h",
        "abonnement offert par sa sœur", "refus de la publicité par courrier", "adresse à vérifier",
        "carte bancaire expirée deux fois", "geste commercial accordé en 2024",
        "lit surtout l'édition du week-end", "réabonnement par téléphone", "demande de portabilité reçue",
        "ancien abonné des années 90",
    ),
    cancel_reasons=(
        "trop cher", "n'a plus le temps de lire", "déménagement à l'étranger", "problèmes de distribution",
        "décès", "passage au numérique", "commande en double", "fin de l'offre découverte",
        "rétractation dans les 14 jours", "sans motif", "contenu décevant",
    ),
    payment_comments=(
        "virement sans référence", "trop-perçu à signaler", "chèque reçu au siège", "paiement par son fils",
        "prélèvement rejeté le mois dernier", "réglé au guichet",
    ),
    invoice_comments=(
        "Merci de votre fidélité", "facture rééditée à la demande du client", "prélèvement à venir",
        "envoi postal demandé", "remplace le projet de facture",
    ),
    refund_comments=(
        "numéro non livré", "débité deux fois", "résiliation dans les délais",
        "geste commercial après réclamation", "grève des porteurs, trois numéros perdus",
    ),
    memo_comments=(
        "avoir commercial, retards de livraison", "passage en perte après la troisième relance",
        "correction de tarif", "avoir pour résiliation anticipée",
    ),
    descriptions=(
        "sonnette en panne", "code à l'entrée", "boîte aux lettres au nom du frère",
        "bâtiment B au fond de la cour", "absent en août", "livrer chez la gardienne",
    ),
    gateway_refusals=("provision insuffisante", "carte expirée", "opposition sur la carte", "mandat révoqué"),
    afterthoughts=(
        "voir ticket 4711", "geste commercial", "à vérifier", "vu avec Hélène", "d'accord",
        "deuxième relance", "confirmé par téléphone", "urgent",
    ),
    mail_hosts=("courriel.alt", "poste.alt", "lumiere-lecteurs.alt", "famille.alt"),
)  # fmt: skip
