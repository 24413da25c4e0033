"""What every test may ask for. Each kind of fixture has its own file in tests/fixtures/."""

from hypothesis import settings

pytest_plugins = [
    "tests.fixtures.acts",
    "tests.fixtures.county",
    "tests.fixtures.services",
    "tests.fixtures.database",
    "tests.fixtures.browser",
    "tests.fixtures.installation",
    "tests.fixtures.role",
    "tests.fixtures.sites",
]

# A busy machine must not fail a property: time is not what these tests measure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
