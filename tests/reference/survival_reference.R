# Makes the reference values beside this file with R's survival package (written with R 4.2.2, survival 3.5.3):
#   Rscript tests/reference/survival_reference.R
# The tests read the stored CSV files and need no R.
library(survival)
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
save <- function(frame, name) {
  numbers <- vapply(frame, is.double, TRUE)
  frame[numbers] <- lapply(frame[numbers], function(x) ifelse(is.finite(x), sprintf("%.17g", x), NA))
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
lung_cohort <- data.frame(time = lung$time, event = as.integer(lung$status == 2), sex = as.integer(lung$sex))
lung_cohort$time <- as.double(lung_cohort$time)
save(lung_cohort, "lung.csv")
aml_cohort <- data.frame(time = as.double(aml$time), event = as.integer(aml$status), group = as.character(aml$x))
save(aml_cohort, "aml.csv")
save(steps_of("lung", lung_cohort), "lung_steps.csv")
save(rbind(
  quantiles_of("lung", lung_cohort),
  quantiles_of("aml Maintained", subset(aml_cohort, group == "Maintained")),
  quantiles_of("aml Nonmaintained", subset(aml_cohort, group == "Nonmaintained"))
), "dataset_quantiles.csv")
