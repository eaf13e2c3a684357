"""A running product for the tests, on a tiny untrained model: what is drawn does not matter here, the way does."""

import pytest

from tests.end_to_end.product import Product, start


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory):
    """An engine of the session's own."""
    from tests.engine.tiny_models import save_tiny_sd3, write_profile

    folder = tmp_path_factory.mktemp("engine")
    profile = write_profile(folder / "tiny.toml", save_tiny_sd3(folder / "tiny"))
    process, url = start("engine", "--port", "0", "--profile", str(profile), log=folder / "engine.log")
    yield url
    process.terminate()
    assert process.wait(30) == 0


@pytest.fixture
def make_product(tmp_path, engine_url):
    """Makes products whose processes end with the test."""
    made = []

    def make(engine=engine_url, **settings):
        folder = tmp_path / f"product-{len(made)}"
        folder.mkdir()
        made.append(Product(folder, engine, **settings))
        return made[-1]

    yield make
    for product in made:
        product.stop()


@pytest.fixture(scope="module")
def product(tmp_path_factory, engine_url):
    """One product that the tests of a file share, for what leaves no trace in others' channels."""
    shared = Product(tmp_path_factory.mktemp("product"), engine_url).start_bot()
    yield shared
    shared.stop()


@pytest.fixture
async def ada(product):
    async with product.person("U0ADA") as person:
        yield person


@pytest.fixture
async def ben(product):
    async with product.person("U0BEN") as person:
        yield person
