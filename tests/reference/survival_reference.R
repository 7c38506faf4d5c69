# Makes the reference values beside this file with R's survival package (written with R 4.2.2, survival 3.5.3;
# Debian: apt-get install r-base-core r-cran-survival):
#   Rscript tests/reference/survival_reference.R
# The tests read the stored CSV files and need no R.
library(survival)
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
save <- function(frame, name, digits = 17) {
  numbers <- vapply(frame, is.double, TRUE)
  frame[numbers] <- lapply(frame[numbers], function(x) ifelse(is.finite(x), sprintf(paste0("%.", digits, "g"), x), NA))
  write.csv(frame, file.path(here, name), row.names = FALSE, quote = FALSE, na = "")
}
kinds <- c("log-log", "log", "plain")

steps_of <- function(id, data) {
  fits <- lapply(kinds, function(kind) survfit(Surv(time, event) ~ 1, data, conf.type = kind))
  first <- fits[[1]]
  out <- data.frame(
    cohort = id, time = as.double(first$time), at_risk = as.integer(first$n.risk), events = as.integer(first$n.event),
    censored = as.integer(first$n.censor), survival = first$surv, std_error = first$surv * first$std.err
  )
  for (i in seq_along(kinds)) {
    name <- sub("-", "_", kinds[i])
    out[[paste0(name, "_lower")]] <- fits[[i]]$lower
    out[[paste0(name, "_upper")]] <- fits[[i]]$upper
  }
  out
}

quantiles_of <- function(id, data) {
  probs <- c(0.25, 0.5, 0.75)
  do.call(rbind, lapply(kinds, function(kind) {
    q <- quantile(survfit(Surv(time, event) ~ 1, data, conf.type = kind), probs)
    data.frame(cohort = id, kind = kind, p = probs, estimate = as.double(q$quantile),
               lower = as.double(q$lower), upper = as.double(q$upper))
  }))
}

at_of <- function(id, data, times) {
  s <- summary(survfit(Surv(time, event) ~ 1, data, conf.type = "log-log"), times = times, extend = TRUE)
  data.frame(cohort = id, time = s$time, at_risk = as.integer(s$n.risk), survival = s$surv, std_error = s$std.err,
             lower = s$lower, upper = s$upper, last = max(data$time))
}

logrank_of <- function(id, data) {
  test <- survdiff(Surv(time, event) ~ group, data)
  df <- sum(test$exp > 0) - 1
  data.frame(cohort = id, chi2 = as.double(test$chisq), df = as.integer(df), p = pchisq(test$chisq, df, lower.tail = FALSE))
}

# 400 cohorts of 2 to 15 patients with many ties, some without any event, some without censoring.
set.seed(20240415)
cohorts <- lapply(1:400, function(id) {
  n <- sample(2:15, 1)
  event_rate <- sample(c(0, 0.3, 0.6, 0.8, 1), 1, prob = c(1, 6, 6, 4, 3))
  data.frame(cohort = id, time = as.double(sample(0:sample(3:20, 1), n, replace = TRUE)),
             event = as.integer(runif(n) < event_rate), group = as.integer(sample(1:sample(2:3, 1), n, replace = TRUE)))
})
save(do.call(rbind, cohorts), "random_cohorts.csv")
save(do.call(rbind, lapply(cohorts, function(d) steps_of(d$cohort[1], d))), "random_steps.csv")
save(do.call(rbind, lapply(cohorts, function(d) quantiles_of(d$cohort[1], d))), "random_quantiles.csv")
save(do.call(rbind, lapply(cohorts, function(d) at_of(d$cohort[1], d, c(0, 1, 2.5, 4, 7, 11, 25)))), "random_at.csv")
testable <- Filter(function(d) {
  if (sum(d$event) == 0 || length(unique(d$group)) < 2) return(FALSE)
  !inherits(try(logrank_of(d$cohort[1], d), silent = TRUE), "try-error")
}, cohorts)
save(do.call(rbind, lapply(testable, function(d) logrank_of(d$cohort[1], d))), "random_logrank.csv")

# Data sets of the survival package, as time (days), event (0/1) and the columns that the tests use.
lung_cohort <- data.frame(time = as.double(lung$time), event = as.integer(lung$status == 2),
                          sex = as.integer(lung$sex), ecog = as.integer(lung$ph.ecog))
save(lung_cohort, "lung.csv")
aml_cohort <- data.frame(time = as.double(aml$time), event = as.integer(aml$status), group = as.character(aml$x))
save(aml_cohort, "aml.csv")
save(steps_of("lung", lung_cohort), "lung_steps.csv")
save(rbind(
  quantiles_of("lung", lung_cohort),
  quantiles_of("aml Maintained", subset(aml_cohort, group == "Maintained")),
  quantiles_of("aml Nonmaintained", subset(aml_cohort, group == "Nonmaintained"))
), "dataset_quantiles.csv")

# Reverse Kaplan-Meier, restricted means and stratified tests of the same data sets.
veteran_cohort <- data.frame(time = as.double(veteran$time), event = as.integer(veteran$status),
                             treatment = as.integer(veteran$trt), cell = as.character(veteran$celltype))
save(veteran_cohort, "veteran.csv")
reversed <- function(data) transform(data, event = 1L - event)
save(rbind(
  quantiles_of("lung", reversed(lung_cohort)),
  quantiles_of("aml", reversed(aml_cohort)),
  quantiles_of("veteran", reversed(veteran_cohort)),
  do.call(rbind, lapply(cohorts[1:100], function(d) quantiles_of(d$cohort[1], reversed(d))))
), "reverse_quantiles.csv")

rmean_of <- function(id, data, taus) {
  # R asks for a tau that is not before the first time.
  do.call(rbind, lapply(taus[taus >= min(data$time)], function(tau) {
    found <- summary(survfit(Surv(time, event) ~ 1, data), rmean = tau)$table
    data.frame(cohort = id, tau = as.double(tau), mean = found[["rmean"]], std_error = found[["se(rmean)"]],
               last = max(data$time), at_last = min(survfit(Surv(time, event) ~ 1, data)$surv))
  }))
}
save(rbind(
  rmean_of("lung", lung_cohort, c(90, 180, 365, 730, 1022)),
  rmean_of("lung 1", subset(lung_cohort, sex == 1), c(365, 730)),
  rmean_of("lung 2", subset(lung_cohort, sex == 2), c(365, 730)),
  rmean_of("aml", aml_cohort, c(12, 31, 48)),
  rmean_of("veteran", veteran_cohort, c(100, 365, 999)),
  do.call(rbind, lapply(cohorts, function(d) rmean_of(d$cohort[1], d, c(1, 2.5, 4, 7, 11))))
), "restricted_means.csv", 12)

# Survival of two groups at one day: the difference with Greenwood's error, the test on log(-log S).
apart_of <- function(id, first, second, days) {
  parts <- lapply(list(first, second), function(d) {
    summary(survfit(Surv(time, event) ~ 1, d, conf.type = "log-log"), times = days)
  })
  s <- sapply(parts, function(x) x$surv)
  e <- sapply(parts, function(x) x$std.err)
  z <- (log(-log(s[, 2])) - log(-log(s[, 1]))) / sqrt(rowSums((e / (s * log(s)))^2))
  data.frame(cohort = id, day = as.double(days), estimate = s[, 2] - s[, 1], std_error = sqrt(rowSums(e^2)),
             p = 2 * pnorm(-abs(z)))
}
save(rbind(
  apart_of("lung", subset(lung_cohort, sex == 1), subset(lung_cohort, sex == 2), c(90, 180, 365, 730)),
  apart_of("veteran", subset(veteran_cohort, treatment == 1), subset(veteran_cohort, treatment == 2), c(30, 90, 365))
), "dataset_differences.csv")

test_of <- function(id, test) {
  df <- sum((if (is.matrix(test$exp)) rowSums(test$exp) else test$exp) > 0) - 1
  data.frame(cohort = id, chi2 = as.double(test$chisq), df = as.integer(df),
             p = pchisq(test$chisq, df, lower.tail = FALSE))
}
save(rbind(
  test_of("lung sex", survdiff(Surv(time, event) ~ sex, lung_cohort)),
  test_of("lung sex by ecog", survdiff(Surv(time, event) ~ sex + strata(ecog), lung_cohort)),
  test_of("aml", survdiff(Surv(time, event) ~ group, aml_cohort)),
  test_of("veteran cell", survdiff(Surv(time, event) ~ cell, veteran_cohort)),
  test_of("veteran cell by treatment", survdiff(Surv(time, event) ~ cell + strata(treatment), veteran_cohort)),
  test_of("veteran treatment by cell", survdiff(Surv(time, event) ~ treatment + strata(cell), veteran_cohort))
), "dataset_logrank.csv")

# Hazard ratios (Efron). A fit that warns has no finite estimate: its numbers are left out.
cox_of <- function(id, formula, data) {
  tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)
  finite <- TRUE
  fit <- tryCatch(
    withCallingHandlers(coxph(formula, data, control = tight, ties = "efron"), warning = function(w) {
      finite <<- FALSE
      invokeRestart("muffleWarning")
    }), error = function(e) NULL
  )
  finite <- finite && !is.null(fit) && !is.na(coef(fit)[1]) && abs(coef(fit)[1]) < 8
  row <- if (finite) summary(fit) else NULL
  pick <- function(x) if (finite) as.double(x) else NA_real_
  data.frame(cohort = id, coefficient = pick(row$coefficients[1, 1]), std_error = pick(row$coefficients[1, 3]),
             p = pick(row$coefficients[1, 5]), ratio = pick(row$conf.int[1, 1]), lower = pick(row$conf.int[1, 3]),
             upper = pick(row$conf.int[1, 4]))
}
aml_cohort$kept <- as.integer(aml_cohort$group == "Maintained")
save(rbind(
  cox_of("lung sex", Surv(time, event) ~ sex, lung_cohort),
  cox_of("lung sex by ecog", Surv(time, event) ~ sex + strata(ecog), lung_cohort),
  cox_of("aml", Surv(time, event) ~ kept, aml_cohort),
  cox_of("veteran treatment", Surv(time, event) ~ treatment, veteran_cohort),
  cox_of("veteran treatment by cell", Surv(time, event) ~ treatment + strata(cell), veteran_cohort)
), "dataset_cox.csv")

# Competing risks. The standard error is the infinitesimal jackknife of survfit, the limits are conf.type = "log-log"
# (and the other two). Progression or death (mgus2, many ties), transplantation or death (pbc).
incidence_of <- function(id, data, times = NULL) {
  data$state <- factor(data$cause, 0:2, c("censored", "1", "2"))
  do.call(rbind, lapply(kinds, function(kind) {
    fit <- survfit(Surv(time, state) ~ 1, data, conf.type = kind)
    rows <- if (is.null(times)) seq_along(fit$time) else findInterval(times, fit$time)
    do.call(rbind, lapply(1:3, function(k) {
      data.frame(cohort = id, kind = kind, cause = c("0", "1", "2")[k], time = as.double(fit$time[rows]),
                 probability = fit$pstate[rows, k], std_error = fit$std.err[rows, k],
                 lower = fit$lower[rows, k], upper = fit$upper[rows, k])
    }))
  }))
}
mgus2_cohort <- with(mgus2, data.frame(time = as.double(ifelse(pstat == 0, futime, ptime)),
                                       cause = as.integer(ifelse(pstat == 0, 2 * death, 1))))
save(mgus2_cohort, "mgus2.csv")
pbc_cohort <- data.frame(time = as.double(pbc$time), cause = as.integer(pbc$status))
save(pbc_cohort, "pbc.csv")
save(rbind(
  incidence_of("mgus2", mgus2_cohort, c(1, 6, 12, 24, 60, 120, 240, 360, 424)),
  incidence_of("pbc", pbc_cohort, c(100, 365, 730, 1095, 1826, 3652, 4500, 4795))
), "dataset_incidence.csv")

# 300 cohorts of 2 to 15 patients with ties: two kinds of event, two groups, two strata, some with a response.
set.seed(20260115)
risks <- lapply(1:300, function(id) {
  n <- sample(2:15, 1)
  longest <- sample(3:20, 1)
  rates <- sample(list(c(1, 1, 1), c(3, 1, 1), c(0, 1, 2), c(1, 2, 0), c(1, 0, 0)), 1, prob = c(5, 4, 3, 2, 1))[[1]]
  time <- as.double(sample(0:longest, n, replace = TRUE))
  response <- ifelse(runif(n) < 0.5, sample(0:longest, n, replace = TRUE), NA)
  data.frame(cohort = id, time = time, cause = as.integer(sample(0:2, n, replace = TRUE, prob = rates)),
             group = as.integer(sample(0:1, n, replace = TRUE)), stratum = as.integer(sample(1:2, n, replace = TRUE)),
             response = as.integer(response))
})
for (i in seq_along(risks)) risks[[i]]$event <- as.integer(risks[[i]]$cause > 0)
save(do.call(rbind, risks), "risk_cohorts.csv")
attempt <- function(make) function(d) tryCatch(suppressWarnings(make(d)), error = function(e) NULL)
each <- function(make) do.call(rbind, lapply(risks, attempt(make)))
save(each(function(d) subset(incidence_of(d$cohort[1], d), kind == "log-log", -kind)), "risk_incidence.csv", 12)
save(each(function(d) test_of(d$cohort[1], survdiff(Surv(time, event) ~ group + strata(stratum), d))), "risk_logrank.csv", 12)
save(each(function(d) cox_of(d$cohort[1], Surv(time, event) ~ group, d)), "risk_cox.csv", 12)

# Response as a state entered after its day: intervals (start, stop]. Day 0 is a day, so follow-up starts before it.
intervals_of <- function(d, landmark = -1) {
  d <- d[d$time > landmark, ]
  d$response <- pmax(d$response, landmark)
  later <- !is.na(d$response) & d$response < d$time
  before <- data.frame(start = landmark, stop = ifelse(later, d$response, d$time),
                       event = ifelse(later, 0L, d$event), responded = 0L)
  after <- data.frame(start = d$response, stop = d$time, event = d$event, responded = 1L)[later, ]
  rows <- rbind(before, after)
  rows[rows$stop > rows$start, ]
}
mantel_byar_of <- function(id, d) {
  rows <- intervals_of(d)
  score <- coxph(Surv(start, stop, event) ~ responded, rows, ties = "exact", iter.max = 0)$score
  efron <- cox_of(id, Surv(start, stop, event) ~ responded, rows)
  data.frame(efron, chi2 = as.double(score), chi2_p = pchisq(score, 1, lower.tail = FALSE))
}
simon_makuch_of <- function(id, d, landmark) {
  rows <- intervals_of(d, landmark)
  do.call(rbind, lapply(0:1, function(k) {
    mine <- rows[rows$responded == k, ]
    if (nrow(mine) == 0) return(NULL)
    fit <- survfit(Surv(start, stop, event) ~ 1, mine, conf.type = "log-log")
    data.frame(cohort = id, landmark = as.integer(landmark), responded = k, time = as.double(fit$time),
               at_risk = as.integer(fit$n.risk), events = as.integer(fit$n.event), survival = fit$surv,
               std_error = fit$surv * fit$std.err, lower = fit$lower, upper = fit$upper)
  }))
}
jasa_cohort <- with(jasa, data.frame(time = as.double(futime), event = as.integer(fustat),
                                     response = as.integer(ifelse(transplant == 1, wait.time, NA))))
save(jasa_cohort, "jasa.csv")
save(rbind(mantel_byar_of("jasa", jasa_cohort), each(function(d) mantel_byar_of(d$cohort[1], d))), "mantel_byar.csv", 12)
save(do.call(rbind, c(
  lapply(c(-1, 30), function(landmark) simon_makuch_of("jasa", jasa_cohort, landmark)),
  lapply(c(-1, 3), function(landmark) each(function(d) simon_makuch_of(d$cohort[1], d, landmark)))
)), "simon_makuch.csv", 12)
