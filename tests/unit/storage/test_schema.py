from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Engine, MetaData, StaticPool, Table, create_engine, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError

from softphone.storage.schema import UtcDateTime
from tests.unit.storage.samples import MORNING

TOKYO = MORNING.astimezone(timezone(timedelta(hours=9)))
moments = Table("moments", MetaData(), Column("moment", UtcDateTime))


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    moments.create(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("moment", [MORNING, TOKYO, None])
def test_a_moment_comes_back_in_utc(engine: Engine, moment: datetime | None) -> None:
    with engine.begin() as connection:
        connection.execute(moments.insert().values(moment=moment))
        found = connection.execute(select(moments.c.moment)).scalar_one()
    assert found == moment
    assert found is None or found.tzinfo is UTC


def test_moments_of_two_zones_are_in_order(engine: Engine) -> None:
    """As text of their own zones they would not be."""
    later = MORNING + timedelta(hours=1)
    with engine.begin() as connection:
        connection.execute(moments.insert(), [{"moment": TOKYO}, {"moment": later}])
        assert connection.execute(select(moments).order_by(moments.c.moment.desc())).scalars().first() == later


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="a time without a time zone"), engine.begin() as connection:
        connection.execute(moments.insert().values(moment=MORNING.replace(tzinfo=None)))


def test_a_database_that_knows_zones_is_left_to_it() -> None:
    dialect = postgresql.dialect()
    assert UtcDateTime().process_bind_param(TOKYO, dialect).tzinfo is UTC
    assert UtcDateTime().process_result_value(TOKYO, dialect) == MORNING
