/** The reference page of `event-study`. */
import type { StageDoc } from '../contract.ts';

export const eventStudyDoc: StageDoc = {
  summary: { en: 'Leads and lags of a staggered treatment', zh: '事件研究：处理前后各期的动态效应' },
  details: {
    en: `Who is treated when is read from \`cohort\` (the first treated period of the unit, in all its rows; missing, or a value of \`never\`:
never treated), from \`rel_time\`, or from a 0/1 \`treatment\` that does not switch off. Relative time is time less cohort.

**\`twfe\`** estimates y_it = α_i + λ_t + Σ_k β_k·1[t − g_i = k] + controls + u_it, k over the relative periods but the reference.
Periods beyond \`window\` are binned at its ends (Schmidheiny and Siegloch 2023, J. Appl. Econometrics 38). With effects that differ
between cohorts these coefficients mix cohorts and periods: \`contamination\` sums, for each, the absolute weights of other periods' effects and the
negative weights of its own (Sun and Abraham 2021, Proposition 1). Checked against fixest 0.14 (\`i(rel, ref = …)\`).

**\`sun-abraham\`** interacts every relative period with every cohort, β_gk, and averages them with the cohorts' shares of the rows
(weights count), which are treated as fixed (Sun and Abraham 2021, J. Econometrics 225). Controls are the never treated and cohorts
beyond the data; without any, the last cohort, and periods in which it is treated are left out. Cohorts that are treated from their first
row on, or without a row in a reference period, are left out. \`att\` averages all β_gk, k ≥ 0. Any errors of \`regress\`. Checked
against fixest 0.14 (\`sunab\`).

**\`callaway-santanna\`** compares every cohort with its controls between a base period and each period, ATT(g, t) (Callaway and
Sant'Anna 2021, J. Econometrics 225), by \`method\`: \`dr\` doubly robust, \`ipw\` inverse probability weighting, \`reg\` outcome
regression (Sant'Anna and Zhao 2020, J. Econometrics 219). \`controls\` are covariates at their values in the earlier of the two periods.
\`control: not-yet\` takes units that are not yet treated when the later period (and \`anticipation\`) is over, as R's did does;
\`later\` takes units that are treated after the cohort, as Stata's csdid does: after treatment the two are the same, before it \`not-yet\`
also takes cohorts that will be treated earlier. The base of periods from
adoption on is the last period before adoption less anticipation; that of leads the period before (\`base: varying\`) or the same one
(\`universal\`). \`sampling: panel\` takes changes within units and leaves units with gaps out; \`unbalanced\` and \`cross-section\` compare
levels. Averages weight cohorts by their share of units (weights count), which is counted in the errors: by relative time, by cohort, by
period, and over all treated cells (\`att\`). Errors come from influence functions, Σψ²/n², clustered by unit or by one variable that
holds still within units; intervals are normal. \`bootstrap\` adds \`band_low\` and \`band_high\`, which cover all shown terms at once, by
the multiplier bootstrap (Mammen weights, the same draws on any machine). \`pretrend\` is the Wald test that all ATT(g, t) before
treatment are 0. A cell whose propensity score reaches 0.999, or whose controls' covariates are collinear, is left out with a note; a
covariate that is constant within a cell says nothing there and is left out of that cell alone. Checked against R's did 2.5 and DRDID 1.2.

**\`imputation\`** and **\`two-stage\`** fit y = effects + controls on rows before treatment (less \`anticipation\`) and never treated
rows alone, and average what treated rows differ from their prediction. \`absorb\` may hold any effects and unit trends \`city[year]\`
(default: unit and period). Treated rows whose unit, period or covariates do not occur among untreated rows are left out with a note. A
unit that is untreated once is predicted; \`singletons: drop\` leaves it out, as R's didimputation does.
\`imputation\` (Borusyak, Jaravel and Spiess 2024, Rev. Econ. Stud. 91): errors are clustered (default: by unit), treated rows vary around
the v²-weighted mean of their cohort and period, which is conservative. Leads (\`pretrends\`, default: those in the window) are dummies in the
regression on untreated rows alone, with all earlier rows as the reference, and their F test is \`pretrend\`. Checked against didimputation 0.5.
\`two-stage\` (Gardner 2022): leads are means of first-stage residuals; errors count the first stage (GMM), clustered, without a
small-sample factor. Checked against did2s 1.2. Intervals of both are normal.

**\`stacked\`** puts every cohort and its clean controls (untreated to the end of the \`window\`, which is needed) into a set of its own, with
effects of unit and period in each set (Cengiz, Dube, Lindner and Zipperer 2019, QJE 134). Cohorts not seen in the whole window, and units
with gaps in it, are left out of the set. \`weighting: wing\` weighs controls so that cohorts count by their treated units (Wing, Freedman and
Hollingsworth 2024), \`equal\` takes rows as they are. Any errors of \`regress\`; by default clustered by unit. Checked against the plain
average of differences in differences.

**\`roth-santanna\`** is for timing that is as good as random: averages of cohorts' outcomes less their difference before treatment times the
coefficient that leaves least variance (Roth and Sant'Anna 2023, J. Polit. Econ. Micro. 1(4)); \`method: did\` sets it to 1. \`control: never\` is
the last cohort alone. Errors are those of their §4.3; \`neyman\` holds the plain ones. No covariates, no weights. Checked against R's staggered 1.2.

**\`chaisemartin-dhaultfoeuille\`** takes a 0/1 \`treatment\` that may switch on and off: \`rel_time::0\` is DID_M, units that switch against units
that stay, from the period before (de Chaisemartin and D'Haultfœuille 2020, AER 110); placebos are the same on changes before the switch,
\`rel_time::-2\` from the second-last period to the last: a rise is positive there, where estimators with a base period have a negative lead.
\`by_period\` tells joiners from leavers. Errors are clustered and take who switches when as given. Checked against the formula in R. The weights of
the two-way coefficient are \`twfe-weights\`.

**In every record**: \`terms\` (\`rel_time::k\` with \`period\`, then \`att\`), their \`vcov\`, \`reference\`, \`pretrend\` and \`posttrend\`
(joint tests), \`average_post\` (plain mean of the lags), \`aggregates\` (simple, dynamic, group, calendar), \`cells\` (cohort by period).
\`aggregate\` chooses which averages are the terms. A joint test is missing when its covariance is singular.

Not done here: doses, effects of treatments that switch off beyond the first period, covariates that react to treatment.

**Assumptions.** Without treatment the outcomes of cohorts and controls would have moved in parallel (given \`controls\`), nobody reacts more than \`anticipation\` periods ahead, and a unit's treatment does not reach others. \`twfe\` besides: effects by relative time
are those of every cohort. \`imputation\` and \`two-stage\`: the model of untreated outcomes holds in all periods, not from the base period on alone. \`roth-santanna\`: timing is random, in place of parallel trends. Treatment stays, except with
\`chaisemartin-dhaultfoeuille\`, which takes effects not to depend on earlier treatment.`,
  },
  example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  trends:
    stage: event-study
    from: raw
    y: npp
    cohort: cohort
    window: [-5, 5]
    cluster: city
    matrix:
      twfe: { estimator: twfe }
      sa: { estimator: sun-abraham }
      cs: { estimator: callaway-santanna, control: not-yet }
      bjs: { estimator: imputation }
      gardner: { estimator: two-stage }
      stack: { estimator: stacked }
`,
};
