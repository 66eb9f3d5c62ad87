"""How many requests a program may make in a second (xapi.md A23), and an institution in a minute (reporting-api.md 5.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from edu_csv import tenancy
from edu_csv.access import allowance, services
from edu_csv.access.models import ApiClient
from tests.imports.harness import Tenant, new_tenant

NOON = datetime(2031, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def made(tenant: Tenant) -> ApiClient:
    return services.create_api_client(institution=tenant.pk, name="x", role="integration").client


def taken(client: ApiClient, tries: int, at: datetime) -> int:
    with tenancy.use_institution(client.institution_id):
        return sum(allowance.take(client, per_second=60, now=at) for _ in range(tries))


def test_sixty_at_once_and_no_more_before_time_passes(tenant: Tenant) -> None:
    client = made(tenant)
    assert taken(client, 65, NOON) == 60
    assert taken(client, 5, NOON + SECOND / 4) == 5
    # Refused ones take nothing: after a quarter of a second fifteen came back, five of which are taken.
    assert taken(client, 20, NOON + SECOND / 4) == 10


def test_what_is_left_never_grows_beyond_a_second_of_it(tenant: Tenant) -> None:
    client = made(tenant)
    assert taken(client, 1, NOON) == 1
    assert taken(client, 100, NOON + timedelta(days=1)) == 60


def test_a_clock_that_goes_back_gives_nothing(tenant: Tenant) -> None:
    client = made(tenant)
    assert taken(client, 60, NOON) == 60
    assert taken(client, 1, NOON - timedelta(hours=1)) == 0
    assert taken(client, 1, NOON + SECOND) == 1


def test_one_program_does_not_slow_another(tenant: Tenant) -> None:
    one, other = made(tenant), made(tenant)
    assert taken(one, 61, NOON) == 60
    assert taken(other, 1, NOON) == 1


def test_by_the_clock_of_the_server_a_first_request_is_let_in(tenant: Tenant) -> None:
    client = made(tenant)
    with tenancy.use_institution(tenant.pk):
        assert allowance.take(client, per_second=1)
        assert not allowance.take(client, per_second=1)


def of_all(tenant: Tenant, tries: int, at: datetime) -> int:
    with tenancy.use_institution(tenant.pk):
        waits = [allowance.take_of_institution(tenant.pk, per_minute=120, now=at) for _ in range(tries)]
    return waits.count(0)


def wait_of(tenant: Tenant, at: datetime) -> int:
    with tenancy.use_institution(tenant.pk):
        return allowance.take_of_institution(tenant.pk, per_minute=120, now=at)


def test_no_sixty_seconds_have_more_than_an_institutions_requests_of_a_minute(tenant: Tenant) -> None:
    assert of_all(tenant, 70, NOON) == 70
    assert of_all(tenant, 70, NOON + 30 * SECOND) == 50
    assert of_all(tenant, 5, NOON + 59 * SECOND) == 0
    # The first seventy are a minute old, the next fifty are not.
    assert of_all(tenant, 200, NOON + 60 * SECOND) == 70
    assert of_all(tenant, 5, NOON + 89 * SECOND) == 0
    assert of_all(tenant, 200, NOON + 90 * SECOND) == 50


def test_who_is_refused_hears_when_there_is_one_again(tenant: Tenant) -> None:
    assert of_all(tenant, 120, NOON) == 120
    assert wait_of(tenant, NOON) == 60
    assert wait_of(tenant, NOON + 18.5 * SECOND) == 42
    assert wait_of(tenant, NOON + 59.9 * SECOND) == 1
    assert wait_of(tenant, NOON + 60 * SECOND) == 0


def test_a_minute_is_that_of_the_servers_clock(tenant: Tenant) -> None:
    with tenancy.use_institution(tenant.pk):
        assert allowance.take_of_institution(tenant.pk, per_minute=1) == 0
        assert 58 <= allowance.take_of_institution(tenant.pk, per_minute=1) <= 60


def test_what_an_institution_takes_is_nobody_elses(tenant: Tenant) -> None:
    client, other = made(tenant), new_tenant()
    assert of_all(tenant, 121, NOON) == 120
    assert of_all(other, 1, NOON) == 1
    assert taken(client, 1, NOON) == 1
