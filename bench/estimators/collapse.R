# Time that collapse needs to take units' means and then years' means out of seven columns (on a balanced panel the two-way residual),
# in seconds: units, periods, rounds.
a <- as.integer(commandArgs(TRUE))
suppressMessages(library(collapse))
set.seed(1)
unit <- rep(seq_len(a[1]), each = a[2])
year <- rep(seq_len(a[2]), a[1])
x <- lapply(1:7, function(j) rnorm(length(unit)) + (unit %% 7) / 5 + year / 10)
once <- function() {
  by_unit <- GRP(unit)
  by_year <- GRP(year)
  lapply(x, function(v) fwithin(fwithin(v, by_unit), by_year))
}
times <- sapply(seq_len(a[3]), function(i) system.time(once())[["elapsed"]])
cat(median(times), "\n")
