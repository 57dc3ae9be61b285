"""What a benchmark may claim."""

import pytest

from tests.bench.rows import Comparison, Row, Verdict, at_least, at_most, percentile, skipped


def a_row(*pairs: tuple[float, float], **changes: object) -> Row:
    return Row(
        **{"number": 1, "what": "w", "beside": "b", "unit": "ms", "pairs": pairs, "target": at_most(4), **changes}
    )


def test_the_figure_is_the_median_of_the_ratios_of_pairs():
    assert a_row((2, 1), (9, 3), (100, 2)).figure == 3


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ([(4, 1), (4, 1)], Verdict.MET),
        ([(4.1, 1), (4.1, 1)], Verdict.NOT_MET),
        ([(4, 1), (4, 3.1)], Verdict.INCONCLUSIVE),
        ([], Verdict.SKIPPED),
    ],
)
def test_a_floor_that_moved_more_than_three_times_proves_nothing(pairs: list[tuple[float, float]], verdict: Verdict):
    assert a_row(*pairs).verdict is verdict


def test_a_bound_that_is_no_ratio_does_not_depend_on_the_floor():
    row = a_row((200, 1), (240, 9), comparison=Comparison.ALONE, target=at_most(250))
    assert row.verdict is Verdict.MET
    assert a_row((60, 20), (80, 30), comparison=Comparison.EXCESS, target=at_most(50)).figure == 45


def test_at_least_is_met_from_its_limit_on():
    assert a_row((15, 100), target=at_least(0.15)).verdict is Verdict.MET
    assert a_row((14, 100), target=at_least(0.15)).verdict is Verdict.NOT_MET


def test_a_row_without_a_target_is_printed_and_one_without_a_peer_says_so():
    assert a_row((1, 1), target=None).verdict is Verdict.PRINTED
    assert skipped(1, "w", "b", "not installed").verdict is Verdict.SKIPPED


def test_a_percentile_is_one_of_the_figures():
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile(list(range(1000)), 0.999) == 999
    assert percentile([7], 0.99) == 7
