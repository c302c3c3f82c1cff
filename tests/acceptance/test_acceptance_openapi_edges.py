"""The running API against its own description, at every bound, form and omission of its schemas."""

import pytest
import test_acceptance_openapi as described

at_edges = described.requests(at_edges=True)
url = described.url


@pytest.mark.slow
@pytest.mark.timeout(3600)
@at_edges.parametrize()
@described.FEW
def test_answers_at_every_edge_are_as_described(case, url):
    """Twelve thousand requests: no server error, nothing undocumented, bad input is refused."""
    described.ask(case, url)
