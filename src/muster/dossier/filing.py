"""What a report calls things to what the plan calls them, so that a proposal meets the records that it belongs with."""

from msgspec.structs import replace

from muster.records import Commitment, Mission, Statement


def filed(record: Commitment | Statement, mission: Mission) -> Commitment | Statement:
    """A proposed record under the dossier's mission, in the scope where the plan keeps such amounts.

    A commitment to another mission keeps that mission's name as its scope: it is not counted with this one. A fund that the
    report calls by part of its name gets its full name, and is a scope of its own.
    """
    if isinstance(record, Statement):
        return replace(record, mission=mission.id)
    named = record.mission.split()
    if named and not {mission.short, mission.id, *mission.force}.intersection(named):
        return replace(record, mission=mission.id, scope=record.scope or record.mission)
    actor = next((fund for fund in mission.funds if _same_fund(record.actor, fund)), record.actor)
    scope = actor if actor in mission.funds else mission.short
    return replace(record, mission=mission.id, actor=actor, scope=record.scope or scope)


def _same_fund(name: str, fund: str) -> bool:
    return "fund" in name.casefold() and name.casefold() in fund.casefold()
