"""Expected returns: the market model and the constant mean, over rows of returns at once.

A row is one estimation window: an instrument before its event, or one session's past.
NaN is an unknown return and is left out. Nothing here knows dates.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from market.returns import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimationWindow:
    """Which past sessions a model is estimated on."""

    #: Sessions at most.
    length: int = 120
    #: Sessions between the window and the session it is for.
    gap: int = 10
    #: Sessions with both returns at least.
    minimum: int = 40

    def before(self, i: int) -> slice:
        """Positions of the window for the session at position `i`."""
        stop = max(0, i - self.gap)
        return slice(max(0, stop - self.length), stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """Choices in which programs differ. The defaults are the textbook's."""

    #: Subtracted from n in the residual variance; None for the number of parameters.
    ddof: int | None = None
    #: Take the market's moments in the forecast error over the whole estimation window, also
    #: where the instrument itself has no return.
    whole_market: bool = False
    #: In the rank test, weigh days with missing instruments as if they were complete, and
    #: count days by the instruments' mean history.
    padded_ranks: bool = False


STANDARD = Convention()
#: What the R package estudy2 0.10 does.
ESTUDY2 = Convention(ddof=1, whole_market=True, padded_ranks=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Models of k estimation windows of L sessions. Arrays of k unless said."""

    alpha: FloatArray
    #: Zero in a constant-mean model.
    beta: FloatArray
    #: Sessions used.
    n: npt.NDArray[np.int64]
    #: Two, or one in a constant-mean model.
    parameters: npt.NDArray[np.int64]
    #: Residual standard deviation.
    sigma: FloatArray
    #: k x L, NaN where a return is unknown.
    residuals: FloatArray
    market_mean: FloatArray
    #: Sum of squared deviations of the market from its mean.
    market_spread: FloatArray


def fit_models(own: FloatArray, market: FloatArray, convention: Convention = STANDARD) -> Fit:
    """Ordinary least squares of each row of `own` on the same row of `market`.

    A row whose market never moves (zeros: no benchmark) tells nothing about beta and gets the
    constant-mean model. A row with too few returns has NaN results.

    Args:
        own: k x L returns of the estimation windows.
        market: k x L returns of each row's market.
        convention: Choices for the residual variance and the forecast error.
    """
    used = np.isfinite(own) & np.isfinite(market)
    n = used.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        own_mean, market_mean = _mean(own, used), _mean(market, used)
        x = np.where(used, market - market_mean[:, None], 0)
        y = np.where(used, own - own_mean[:, None], 0)
        spread = (x * x).sum(axis=1)
        moves = spread > 1e-12 * n * market_mean**2
        beta = np.where(moves, (x * y).sum(axis=1) / spread, 0)
        parameters = np.where(moves, 2, 1)
        ddof = parameters if convention.ddof is None else convention.ddof
        residuals = y - beta[:, None] * x
        sigma = np.sqrt((residuals**2).sum(axis=1) / np.where(n > parameters, n - ddof, 0))
    if convention.whole_market:
        market_mean, spread = _moments(market)
    return Fit(
        alpha=own_mean - beta * _mean(market, used),
        beta=beta,
        n=n,
        parameters=parameters,
        sigma=sigma,
        residuals=np.where(used, residuals, np.nan),
        market_mean=market_mean,
        market_spread=spread,
    )


def abnormal_returns(fit: Fit, own: FloatArray, market: FloatArray) -> FloatArray:
    """Returns less what the models expect; k x W like `own` and `market`."""
    return own - fit.alpha[:, None] - fit.beta[:, None] * market


def forecast_factor(fit: Fit, market: FloatArray) -> FloatArray:
    """Variance of the summed abnormal return of W sessions, over the residual variance.

    W + W^2 / n + (sum of (m_t - mean))^2 / sum of (m - mean)^2: the sessions' own noise and
    the error of the estimated parameters, which they share. With W = 1 it is the term of
    Patell (1976); see Campbell, Lo and MacKinlay (1997), section 4.4.

    Args:
        fit: k models.
        market: k x W market returns of the sessions.
    """
    sessions = market.shape[1]
    deviation = (market - fit.market_mean[:, None]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(fit.parameters == 2, deviation**2 / fit.market_spread, 0)
        return np.asarray(sessions + sessions**2 / fit.n + slope)


def _mean(values: FloatArray, used: npt.NDArray[np.bool_]) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(used, values, 0).sum(axis=1) / used.sum(axis=1))


def _moments(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and sum of squared deviations of each row."""
    used = np.isfinite(values)
    mean = _mean(values, used)
    return mean, np.where(used, (values - mean[:, None]) ** 2, 0).sum(axis=1)
