# Reference values of agreement, for tests/review/agreement: R 4.2.2, irrCAC 1.3, vcd 1.4-11.
# Rscript agreement_reference.R in this folder reads agreement_ratings.csv (set, unit, rater, rating; categories are
# 1, 2, 3, ... in their order) and writes agreement_irrcac.csv and, for two raters, agreement_cohen.csv.
library(irrCAC)
library(vcd)

ratings <- read.csv("agreement_ratings.csv")
families <- list(
  percent = pa.coeff.raw, brennan_prediger = bp.coeff.raw, gwet = gwet.ac1.raw, fleiss = fleiss.kappa.raw,
  conger = conger.kappa.raw, krippendorff = krippen.alpha.raw
)
out <- list(); cohen <- list()
for (name in unique(ratings$set)) {
  one <- ratings[ratings$set == name, ]
  wide <- tapply(one$rating, list(one$unit, one$rater), function(x) x[1])
  wide <- as.matrix(wide); storage.mode(wide) <- "numeric"
  for (weights in c("unweighted", "linear", "ordinal", "quadratic")) for (family in names(families)) {
    est <- families[[family]](as.data.frame(wide), weights = weights)$est
    value <- if (family == "percent") est$pa else (est$pa - est$pe) / (1 - est$pe)
    out[[length(out) + 1]] <- data.frame(
      set = name, family = family, weights = weights, observed = sprintf("%.10f", est$pa),
      expected = sprintf("%.10f", est$pe), estimate = sprintf("%.10f", value), std_error = est$coeff.se,
      limits = est$conf.int
    )
  }
  if (ncol(wide) == 2) {
    both <- wide[complete.cases(wide), ]
    levels <- sort(unique(as.vector(wide[!is.na(wide)])))
    table <- table(factor(both[, 1], levels), factor(both[, 2], levels))
    for (weights in c("Equal-Spacing", "Fleiss-Cohen")) {
      kappa <- Kappa(table, weights = weights)
      cohen[[length(cohen) + 1]] <- data.frame(
        set = name, weights = c("unweighted", if (weights == "Equal-Spacing") "linear" else "quadratic"),
        estimate = sprintf("%.10f", c(kappa$Unweighted["value"], kappa$Weighted["value"])),
        std_error = sprintf("%.10f", c(kappa$Unweighted["ASE"], kappa$Weighted["ASE"]))
      )
    }
  }
}
write.csv(do.call(rbind, out), "agreement_irrcac.csv", row.names = FALSE, quote = TRUE)
write.csv(unique(do.call(rbind, cohen)), "agreement_cohen.csv", row.names = FALSE, quote = TRUE)
