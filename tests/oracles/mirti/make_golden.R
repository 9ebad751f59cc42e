# Makes the answers that tests/cli/mirti checks against: Rscript make_golden.R, here.
# R with the packages survey and lme4 (Debian: r-cran-survey, r-cran-lme4).
suppressMessages({library(survey); library(lme4)})
options(digits = 17)
tight <- glm.control(epsilon = 1e-15, maxit = 100)

set.seed(20)
strata <- 12
frame <- do.call(rbind, lapply(1:strata, function(h) {
  # Stratum 7 has one cluster.
  units <- if (h == 7) 1 else 3 + h %% 4
  do.call(rbind, lapply(1:units, function(c) {
    n <- 14 + (h * c) %% 11
    data.frame(stratum = h, cluster = c, zone = sprintf("z%02d", (h * 5 + c) %% 31),
               shift = rnorm(1, 0, 0.5), n = n)[rep(1, n), ]
  }))
}))
n <- nrow(frame)
frame$girl <- rbinom(n, 1, 0.49)
frame$school <- round(pmin(pmax(rnorm(n, 7, 4), 0), 18))
frame$sector <- sample(c("farm", "trade", "other"), n, TRUE, c(0.3, 0.2, 0.5))
frame$weight <- round(exp(rnorm(n, 4, 0.6)), 3)
zone_shift <- setNames(rnorm(31, 0, 0.7), sprintf("z%02d", 0:30))
eta <- -1.2 - 0.6 * frame$girl - 0.08 * (frame$school - 7) + 0.9 * (frame$sector == "farm") +
  0.3 * (frame$sector == "trade") + frame$shift + zone_shift[frame$zone]
frame$y <- rbinom(n, 1, plogis(eta))
frame$state <- ifelse(frame$stratum <= 5, "s1", "s2")
frame$sector <- factor(frame$sector, levels = c("other", "farm", "trade"))
keep <- c("stratum", "cluster", "zone", "state", "weight", "girl", "school", "sector", "y")
write.csv(frame[keep], "children.csv", row.names = FALSE, quote = FALSE)

model <- y ~ girl + school + sector
rows <- list()
add <- function(case, fit, df) {
  b <- coef(fit); se <- sqrt(diag(vcov(fit))); t <- b / se
  q <- qt(0.975, df)
  rows[[length(rows) + 1]] <<- data.frame(case = case, term = names(b), b = b, se = se,
    p = 2 * pt(-abs(t), df), or = exp(b), or_lo = exp(b - q * se), or_hi = exp(b + q * se), df = df)
}
survey_case <- function(case, design, link = "logit") {
  fit <- svyglm(model, design, family = quasibinomial(link), control = tight)
  add(case, fit, fit$df.residual)
  fit
}
weights_only <- svydesign(~1, weights = ~weight, data = frame)
with_strata <- svydesign(~1, strata = ~stratum, weights = ~weight, data = frame)
options(survey.lonely.psu = "adjust")
with_clusters <- svydesign(~cluster, strata = ~stratum, weights = ~weight, data = frame, nest = TRUE)
fit <- survey_case("weights", weights_only)
survey_case("weights_probit", weights_only, "probit")
survey_case("strata", with_strata)
for (rule in c("adjust", "certainty", "average")) {
  options(survey.lonely.psu = rule)
  survey_case(paste0("clusters_", rule), with_clusters)
}
options(survey.lonely.psu = "adjust")
# A subpopulation keeps the clusters of the whole.
farm_free <- subset(with_clusters, !(cluster == 2 & stratum %in% c(3, 8)) & school > 2)
survey_case("subset", farm_free)

plain <- glm(model, binomial, frame, control = tight)
add("none", plain, 1e9)
plain_probit <- glm(model, binomial("probit"), frame, control = tight)
add("none_probit", plain_probit, 1e9)
write.csv(do.call(rbind, rows), "coefficients.csv", row.names = FALSE, quote = FALSE)

# Shares without a model.
shares <- list()
share <- function(name, fit) {
  shares[[length(shares) + 1]] <<- data.frame(domain = name, share = coef(fit)[[1]], se = SE(fit)[[1]])
}
share("all", svymean(~y, with_clusters))
for (s in c("s1", "s2")) share(s, svymean(~y, subset(with_clusters, state == s)))
write.csv(do.call(rbind, shares), "shares.csv", row.names = FALSE, quote = FALSE)

# Fit as a whole, by the formulas: McFadden, AUC over all pairs, Hosmer-Lemeshow over tenths of the weight.
p <- fitted(fit); w <- frame$weight; y <- frame$y
share_y <- weighted.mean(y, w)
loglik <- function(p) sum(w * (y * log(p) + (1 - y) * log(1 - p)))
pairs <- outer(p[y == 1], p[y == 0], function(a, b) (a > b) + 0.5 * (a == b))
auc <- sum(pairs * outer(w[y == 1], w[y == 0])) / (sum(w[y == 1]) * sum(w[y == 0]))
ties <- sort(unique(p))
below <- sapply(ties, function(v) sum(w[p < v])) / sum(w)
group <- pmin(floor(10 * below[match(p, ties)]), 9)
s <- n / sum(w)
hl <- sum(sapply(split(seq_len(n), group), function(i) {
  size <- s * sum(w[i]); o <- s * sum(w[i] * y[i]); e <- s * sum(w[i] * p[i])
  (o - e)^2 / (e * (1 - e / size))
}))
df <- length(unique(group)) - 2
write.csv(data.frame(pseudo_r2 = 1 - loglik(p) / loglik(share_y), auc = auc, hl = hl, hl_df = df,
  hl_p = pchisq(hl, df, lower.tail = FALSE)), "quality.csv", row.names = FALSE)

# Zone intercepts by Laplace's approximation.
control <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-12,
  optCtrl = list(rhobeg = 0.1, rhoend = 1e-10, maxfun = 1e6))
mixed <- glmer(y ~ girl + school + sector + (1 | zone), frame, binomial, nAGQ = 1, control = control)
b <- fixef(mixed); se <- sqrt(diag(as.matrix(vcov(mixed))))
write.csv(rbind(data.frame(name = names(b), value = b, se = se),
  data.frame(name = c("sd", "log_lik"), value = c(sqrt(VarCorr(mixed)$zone[1]), logLik(mixed)), se = NA)),
  "intercept.csv", row.names = FALSE, quote = FALSE)
modes <- ranef(mixed)$zone
write.csv(data.frame(zone = rownames(modes), mode = modes[, 1]), "modes.csv", row.names = FALSE, quote = FALSE)
