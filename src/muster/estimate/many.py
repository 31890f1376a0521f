"""Many studies at once, on one process or on many."""

from collections.abc import Sequence

from muster.errors import EstimateError
from muster.estimate.leave_two_out import Side
from muster.estimate.method import SC, Method
from muster.estimate.study import Study
from muster.estimate.testing import Kind, Test, test


def many_tests(
    studies: Sequence[Study],
    *,
    method: Method | str = SC,
    kind: Kind = "lto",
    side: Side = "two",
    alpha: float = 0.1,
    workers: int | None = None,
) -> list[Test | EstimateError]:
    """:func:`muster.estimate.test` of each study, in order; one that cannot be tested gives its error and stops no other.

    Studies share nothing, so the results do not depend on the number of workers or on where they run.

    Args:
        workers: processes of this computer. None leaves it to joblib, which takes one process, or whatever
            ``joblib.parallel_config`` was told: the same call inside ``with parallel_config(backend="dask")`` or, after
            ``ray.util.joblib.register_ray()``, ``backend="ray"``, runs on that cluster.
    """
    from joblib import Parallel, delayed  # slow to import, and a single study needs no other process

    one = delayed(_tested)
    return list(Parallel(n_jobs=workers)(one(study, method, kind, side, alpha) for study in studies))


def _tested(study: Study, method: Method | str, kind: Kind, side: Side, alpha: float) -> Test | EstimateError:
    try:
        return test(study, method=method, kind=kind, side=side, alpha=alpha)
    except EstimateError as error:
        return error
