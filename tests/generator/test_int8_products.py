"""Products with weights of 8 bits, beside torch's own in fp64."""

from __future__ import annotations

import pytest
import torch

from generator.backends.int8_products import matrix_of, rounded_weights, times

DRAW = torch.Generator().manual_seed(3)
WEIGHTS = torch.randn(24, 32, generator=DRAW)
ROWS = torch.randn(5, 32, generator=DRAW)


def expected(rows, weights):
    """The product with the weights as 8 bits have them, in fp64."""
    rounded, scales = rounded_weights(weights)
    return rows.double() @ (rounded.double() * scales.double()).T


def error(rows, matrix, weights):
    """Largest difference, in units of what the largest activation would make with the largest weight."""
    unit = rows.abs().amax(1, keepdim=True) * weights.abs().max()
    return float(((times(rows, matrix) - expected(rows, weights)) / unit).abs().max())


def test_weights_are_rounded_to_127_steps_of_the_largest_in_their_row():
    rounded, scales = rounded_weights(torch.tensor([[1.27, -0.634, 0.004], [0.0, 0.0, 0.0]]))
    assert rounded.tolist() == [[127, -63, 0], [0, 0, 0]]
    assert scales[0, 0] == pytest.approx(0.01)


def test_two_terms_are_a_hundred_times_finer_than_one():
    # Each of 32 products is off by half a step at most: 1/128 of the largest activation, or 1/16384.
    assert error(ROWS, matrix_of([WEIGHTS], 2), WEIGHTS) < 32 / 16384
    assert 32 / 16384 < error(ROWS, matrix_of([WEIGHTS], 1), WEIGHTS) < 32 / 128


def test_a_large_column_in_fp32_leaves_the_others_their_digits():
    rows = ROWS.clone()
    rows[:, 7] *= 1000
    plain, apart = (matrix_of([WEIGHTS], 1, large) for large in (None, torch.tensor([7])))
    whole = rows.double() @ WEIGHTS.double().T
    assert float((times(rows, plain) - whole).abs().max()) > 3.0
    assert float((times(rows, apart) - whole).abs().max()) < 1.0


def test_matrices_one_below_the_other_are_each_what_it_is():
    both = times(ROWS, matrix_of([WEIGHTS[:10], WEIGHTS[10:]], 2))
    assert torch.equal(both[:, :10], times(ROWS, matrix_of([WEIGHTS[:10]], 2)))
    assert torch.equal(both[:, 10:], times(ROWS, matrix_of([WEIGHTS[10:]], 2)))


def test_a_row_beside_others_is_what_it_is_alone():
    matrix = matrix_of([WEIGHTS], 2)
    assert torch.equal(times(ROWS, matrix)[3:4], times(ROWS[3:4], matrix))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("terms", [1, 2])
def test_the_largest_sums_do_not_overflow(sign, terms):
    # Every byte at its end: two products in 16 bits are where other ranges would be cut off.
    product = times(torch.full((1, 512), sign), matrix_of([torch.ones(8, 512)], terms))
    assert product[0].tolist() == pytest.approx([512 * sign] * 8)


def test_rows_of_zeros_stay_zeros():
    assert not times(torch.zeros(2, 32), matrix_of([WEIGHTS], 2)).any()
