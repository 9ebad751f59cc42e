"""Makes statsmodels.csv: logit and probit without a design, by another hand. Needs statsmodels and pandas."""
import pandas as pd
import statsmodels.api as sm

frame = pd.read_csv("children.csv")
x = pd.DataFrame({
    "const": 1.0,
    "girl": frame["girl"],
    "school": frame["school"],
    "farm": frame["sector"] == "farm",
    "trade": frame["sector"] == "trade",
}).astype(float)
rows = []
for name, model in [("logit", sm.Logit), ("probit", sm.Probit)]:
    fit = model(frame["y"], x).fit(method="newton", tol=1e-14, maxiter=100, disp=0)
    for term in x.columns:
        rows.append((name, term, repr(float(fit.params[term])), repr(float(fit.bse[term])), repr(float(fit.llf)),
                     repr(float(fit.prsquared))))
pd.DataFrame(rows, columns=["link", "term", "b", "se", "log_lik", "pseudo_r2"]).to_csv("statsmodels.csv", index=False)
