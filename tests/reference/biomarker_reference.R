# Reference values of the rank tests for tests/cohort/biomarkers, made with base R:
#   Rscript tests/reference/biomarker_reference.R tests/reference
# The tests read the stored values and need no R. With ties R's wilcox.test has no exact p, so there every
# permutation is enumerated; p is twice the smaller tail.

folder <- commandArgs(trailingOnly = TRUE)[1]
set.seed(20240424)
spelt <- function(rows) { rows[] <- lapply(rows, function(x) if (is.numeric(x)) sprintf("%.15g", x) else x); rows }
show <- function(x) paste(format(x, digits = 15, trim = TRUE), collapse = " ")

two.sided <- function(all, observed) {
    min(1, 2 * min(mean(all <= observed + 1e-9), mean(all >= observed - 1e-9)))
}
rank.sums <- function(x, y) {
    ranks <- rank(c(x, y))
    chosen <- combn(length(ranks), length(x), function(i) sum(ranks[i]))
    two.sided(chosen, sum(ranks[seq_along(x)]))
}
sign.sums <- function(x) {
    x <- x[x != 0]
    ranks <- rank(abs(x))
    signs <- as.matrix(expand.grid(rep(list(0:1), length(x))))
    two.sided(as.vector(signs %*% ranks), sum(ranks[x > 0]))
}

# Two samples without ties: W, p, shift, interval as wilcox.test(exact, conf.int).
sizes <- list(c(10, 3), c(8, 5), c(1, 1), c(1, 12), c(2, 3), c(4, 4), c(7, 6), c(3, 10), c(20, 15), c(49, 49), c(12, 30))
rows <- do.call(rbind, lapply(seq_along(sizes), function(k) {
    n <- sizes[[k]]
    x <- round(rnorm(n[1], -0.8), 6)
    y <- round(rnorm(n[2]), 6)
    stopifnot(!anyDuplicated(c(x, y)))
    test <- suppressWarnings(wilcox.test(x, y, exact = TRUE, conf.int = TRUE))
    data.frame(set = k, first = show(x), second = show(y), w = test$statistic, p = test$p.value,
        shift = test$estimate, lower = test$conf.int[1], upper = test$conf.int[2],
        confidence = 1 - 2 * pwilcox(max(qwilcox(0.025, n[1], n[2]), 1) - 1, n[1], n[2]))
}))
write.csv(spelt(rows), file.path(folder, "mann_whitney.csv"), row.names = FALSE, quote = FALSE)

# Two samples with ties: p by enumeration of all permutations, shift as the median of all differences.
rows <- do.call(rbind, lapply(1:40, function(k) {
    x <- sample(1:6, sample(1:7, 1), replace = TRUE)
    y <- sample(2:8, sample(1:6, 1), replace = TRUE)
    data.frame(set = k, first = show(x), second = show(y), w = sum(rank(c(x, y))[seq_along(x)]) - length(x) * (length(x) + 1) / 2,
        p = rank.sums(x, y), shift = median(outer(x, y, "-")))
}))
write.csv(spelt(rows), file.path(folder, "mann_whitney_ties.csv"), row.names = FALSE, quote = FALSE)

# Large samples: the normal approximation with continuity correction, ties included.
rows <- do.call(rbind, lapply(1:4, function(k) {
    x <- round(rnorm(60 + k), 1)
    y <- round(rnorm(50 + 3 * k, 0.3), 1)
    test <- wilcox.test(x, y, exact = FALSE)
    data.frame(set = k, first = show(x), second = show(y), w = test$statistic, p = test$p.value, shift = median(outer(x, y, "-")))
}))
write.csv(spelt(rows), file.path(folder, "mann_whitney_large.csv"), row.names = FALSE, quote = FALSE)

# One sample without ties and zeros.
rows <- do.call(rbind, lapply(c(1, 2, 3, 5, 6, 8, 10, 13, 25, 49), function(n) {
    x <- round(rnorm(n, -0.5), 6)
    stopifnot(!anyDuplicated(abs(x)), all(x != 0))
    test <- suppressWarnings(wilcox.test(x, exact = TRUE, conf.int = TRUE))
    data.frame(n = n, values = show(x), v = test$statistic, p = test$p.value, estimate = test$estimate,
        lower = test$conf.int[1], upper = test$conf.int[2],
        confidence = 1 - 2 * psignrank(max(qsignrank(0.025, n), 1) - 1, n))
}))
write.csv(spelt(rows), file.path(folder, "signed_rank.csv"), row.names = FALSE, quote = FALSE)

# One sample with ties and zeros: p by enumeration of all signs of what is not zero.
rows <- do.call(rbind, lapply(1:30, function(k) {
    x <- sample(-4:3, sample(2:12, 1), replace = TRUE)
    if (all(x == 0)) x[1] <- 1
    data.frame(set = k, values = show(x), p = sign.sums(x))
}))
write.csv(spelt(rows), file.path(folder, "signed_rank_ties.csv"), row.names = FALSE, quote = FALSE)

# One large sample with ties and zeros.
rows <- do.call(rbind, lapply(1:3, function(k) {
    x <- round(rnorm(55 + k, 0.2), 1)
    test <- wilcox.test(x, exact = FALSE)
    data.frame(set = k, values = show(x), v = test$statistic, p = test$p.value)
}))
write.csv(spelt(rows), file.path(folder, "signed_rank_large.csv"), row.names = FALSE, quote = FALSE)

# Holm.
rows <- do.call(rbind, lapply(1:6, function(k) {
    p <- round(runif(6)^2, 4)
    data.frame(set = k, p = show(p), adjusted = show(p.adjust(p, "holm")))
}))
write.csv(rows, file.path(folder, "holm.csv"), row.names = FALSE, quote = FALSE)
