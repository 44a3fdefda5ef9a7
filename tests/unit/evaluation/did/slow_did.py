"""The formulas of Callaway and Sant'Anna (2021) and Sant'Anna and Zhao (2020), cell by cell."""

from __future__ import annotations

import numpy as np


def slow_cells(panel, *, control="never", method="reg", base="varying", anticipation=0):
    """Effects and influence functions: {(cohort, time): (att, influence [unit])}."""
    periods, cohorts = panel.periods.tolist(), panel.cohort.tolist()
    found = {}
    for g in sorted(set(cohorts) - {0}):
        clean = [s for s in periods if s + anticipation < g]
        if not clean or g > periods[-1] + anticipation:
            continue
        for place, t in enumerate(periods):
            if base == "varying":
                if place == 0:
                    continue
                b = clean[-1] if t >= g - anticipation else periods[place - 1]
            else:
                b = clean[-1]
            treated = [c == g for c in cohorts]
            compared = []
            for c in cohorts:
                never = c == 0 or c > periods[-1] + anticipation
                later = c > max(t, b) + anticipation and c != g
                compared.append(never or (control == "notyet" and later))
            found[g, t] = slow_cell(panel, treated, compared, periods.index(t), periods.index(b), method)
    return found


def slow_cell(panel, treated, compared, t, b, method):
    units = len(panel.cohort)
    rows = [i for i in range(units) if treated[i] or compared[i]]
    d = np.array([float(treated[i]) for i in rows])
    y = np.array([panel.outcome[i, t] - panel.outcome[i, b] for i in rows])
    w = np.array([1.0 if panel.weights is None else panel.weights[i] for i in rows])
    w = w / w.mean()
    x = np.ones((len(rows), 1))
    if panel.covariates is not None:
        x = np.column_stack([x, panel.covariates[rows]])
    att, part = slow_two_by_two(y, d, w, x, method)
    whole = np.zeros(units)
    whole[rows] = part * units / len(rows)
    return att, whole


def slow_two_by_two(y, d, w, x, method):
    n = len(y)
    gram = (x * (w * (1 - d))[:, None]).T @ x / n
    beta = np.linalg.solve(gram, x.T @ (w * (1 - d) * y) / n)
    m = x @ beta
    ols = ((w * (1 - d) * (y - m))[:, None] * x) @ np.linalg.inv(gram)
    wt = w * d
    if method == "reg":
        treat = (wt * (y - np.mean(wt * y) / wt.mean())) / wt.mean()
        eta = np.mean(wt * m) / wt.mean()
        cont = (wt * m - wt * eta + ols @ (x * wt[:, None]).mean(axis=0)) / wt.mean()
        return np.mean(wt * y) / wt.mean() - eta, treat - cont
    gamma = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ gamma))
        information = (x * (w * p * (1 - p))[:, None]).T @ x
        gamma = gamma + np.linalg.solve(information, x.T @ (w * (d - p)))
    p = 1 / (1 + np.exp(-x @ gamma))
    logit = ((w * (d - p))[:, None] * x) @ np.linalg.inv((x * (w * p * (1 - p))[:, None]).T @ x) * n
    wc = np.where((d == 0) & (p >= 0.995), 0.0, w * p * (1 - d) / (1 - p))
    rest = y - m if method == "dr" else y
    eta_t, eta_c = np.mean(wt * rest) / wt.mean(), np.mean(wc * rest) / wc.mean()
    treat = wt * (rest - eta_t)
    cont = wc * (rest - eta_c) + logit @ (x * (wc * (rest - eta_c))[:, None]).mean(axis=0)
    if method == "dr":
        treat = treat - ols @ (x * wt[:, None]).mean(axis=0)
        cont = cont - ols @ (x * wc[:, None]).mean(axis=0)
    return eta_t - eta_c, treat / wt.mean() - cont / wc.mean()


def slow_error(influence, cluster=None):
    """Analytic standard error of an influence function, by cluster where there is any."""
    sums = {}
    for place, value in enumerate(influence):
        key = place if cluster is None else cluster[place]
        sums[key] = sums.get(key, 0.0) + value
    return sum(value**2 for value in sums.values()) ** 0.5 / len(influence)


def slow_mean(panel, cells, chosen):
    """Mean of cells by size of cohort, and its influence with the part that estimated sizes add."""
    units = len(panel.cohort)
    w = np.ones(units) if panel.weights is None else panel.weights / panel.weights.mean()
    size = [np.mean(w * (panel.cohort == g)) for g, _ in chosen]
    total, att, influence = sum(size), 0.0, np.zeros(units)
    for (g, t), mass in zip(chosen, size, strict=True):
        effect, part = cells[g, t]
        att += effect * mass / total
        influence += part * mass / total
        own = w * (panel.cohort == g) - mass
        everyone = sum(w * (panel.cohort == h) - p for (h, _), p in zip(chosen, size, strict=True))
        influence += effect * (own / total - everyone * mass / total**2)
    return att, influence


def slow_aggregate(panel, cells, kind):
    """Overall effect and its influence, and the same of each part by label."""
    post = [(g, t) for g, t in cells if t >= g]
    if kind == "simple":
        return slow_mean(panel, cells, post), {}
    if kind == "group":
        parts = {}
        for g in sorted({g for g, _ in post}):
            own = [cells[h, t] for h, t in post if h == g]
            parts[g] = (np.mean([a for a, _ in own]), np.mean([i for _, i in own], axis=0))
        heads = {(g, 0): part for g, part in parts.items()}
        return slow_mean(panel, heads, list(heads)), parts
    if kind == "calendar":
        labels = sorted({t for _, t in post})
        parts = {s: slow_mean(panel, cells, [(g, t) for g, t in post if t == s]) for s in labels}
        counted = labels
    else:
        labels = sorted({t - g for g, t in cells})
        parts = {e: slow_mean(panel, cells, [(g, t) for g, t in cells if t - g == e]) for e in labels}
        counted = [e for e in labels if e >= 0]
    overall = (
        np.mean([parts[one][0] for one in counted]),
        np.mean([parts[one][1] for one in counted], axis=0),
    )
    return overall, parts
