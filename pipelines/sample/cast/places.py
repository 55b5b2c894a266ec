"""Which customers play a role: some of every forty, in turn."""

ROUND = 40
PERSONA_AT = (18, 34)
