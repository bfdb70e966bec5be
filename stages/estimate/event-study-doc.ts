/** The reference page of `event-study`. */
import type { StageDoc } from '../contract.ts';

export const eventStudyDoc: StageDoc = {
  summary: { en: 'Leads and lags of a staggered treatment', zh: '事件研究：处理前后各期的动态效应' },
  details: {
    en: `Who is treated when is read from \`cohort\` (the first treated period of the unit, in all its rows; missing, or a value of \`never\`:
never treated), from \`rel_time\`, or from a 0/1 \`treatment\` that does not switch off. Relative time is time less cohort. A cohort 0
before the data is refused until \`never\` says what it means: csdid and did take it for never treated, fixest for an early cohort.

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
treatment are 0, of cohorts that have more units than leads: the variance of smaller ones is known in part only, and their test would reject for certain (\`pretrend_all\` counts all
cells, as did does; neither is there when the covariance is singular). A cell whose propensity score reaches 0.999, or whose controls' covariates are collinear, is left out with a note; a
covariate that is constant within a cell says nothing there and is left out of that cell alone. Checked against R's did 2.5 and DRDID 1.2.

**\`imputation\`** and **\`two-stage\`** fit y = effects + controls on rows before treatment (less \`anticipation\`) and never treated
rows alone, and average what treated rows differ from their prediction. \`absorb\` may hold any effects and unit trends \`city[year]\`
(default: unit and period). Treated rows whose unit, period or covariates do not occur among untreated rows are left out with a note. A
unit that is untreated once is predicted; \`singletons: drop\` leaves it out, as R's didimputation does.
\`imputation\` (Borusyak, Jaravel and Spiess 2024, Rev. Econ. Stud. 91): errors are clustered (default: by unit), treated rows vary around
the v²-weighted mean of their cohort and period, which is conservative when effects differ and too small in cohorts of few units: \`leaveout\` takes the mean of the others (their appendix A.6). Leads (\`pretrends\`, default: those in the window) are dummies in the
regression on untreated rows alone, with all earlier rows as the reference, and their F test is \`pretrend\`. Checked against didimputation 0.5.
\`two-stage\` (Gardner 2022): leads are means of first-stage residuals; errors count the first stage (GMM), clustered, without a
small-sample factor. Checked against did2s 1.2. Intervals of both are normal.

**\`stacked\`** puts every cohort and its clean controls (untreated to the end of the \`window\`, which is needed) into a set of its own, with
effects of unit and period in each set (Cengiz, Dube, Lindner and Zipperer 2019, QJE 134). Cohorts not seen in the whole window, and units
with gaps in it, are left out of the set. \`weighting: wing\` weighs controls so that cohorts count by their treated units (Wing, Freedman and
Hollingsworth 2024), \`equal\` takes rows as they are. Any errors of \`regress\`; by default clustered by unit. Checked against the plain
average of differences in differences.

**\`roth-santanna\`** is for timing that is as good as random: averages of cohorts' outcomes less their difference before treatment times the
coefficient that leaves least variance (Roth and Sant'Anna 2023, J. Polit. Econ. Micro. 1(4)); \`method: did\` sets it to 1, \`means\` to 0. \`control: never\` is
the last cohort alone (with \`did\`: R's staggered_sa, else staggered_cs). Errors are those of their §4.3; \`neyman\` holds the plain ones. \`fisher\` deals the timing out anew that many times and
compares the estimates over their errors (both kinds), for every average. No covariates, no weights. Checked against R's staggered 1.2.

**\`chaisemartin-dhaultfoeuille\`** takes a 0/1 \`treatment\` that may switch on and off: \`rel_time::0\` is DID_M, units that switch against units
that stay, from the period before (de Chaisemartin and D'Haultfœuille 2020, AER 110); placebos are the same on changes before the switch,
\`rel_time::-2\` from the second-last period to the last: a rise is positive there, where estimators with a base period have a negative lead.
\`by_period\` tells joiners from leavers. Errors are clustered and take who switches when as given. Checked against the formula in R. The weights of
the two-way coefficient are \`twfe-weights\`.

With \`effects: L\` it follows units from their first switch on instead, as did_multiplegt_dyn does (de Chaisemartin and D'Haultfœuille 2024, Rev. Econ. Stat.): \`treatment\` may take any
values and reverse. \`rel_time::k\`, k = 0 … L − 1, is DID_{k+1}: how much the outcome moved from the period before the first switch to k periods after it, against units with the same treatment at the
start that have not switched yet; units whose treatment falls count with the other sign (\`switchers\` takes one kind alone). \`pretrends\` placebos compare as far back, \`rel_time::-2\` the second-last
period before the switch with the last. \`att\` is the total effect per unit of treatment: all effects over all treatment that was added (or taken away) in these periods. \`normalized\` divides each effect
by the treatment added up to its period. \`controls\` are regressed out in first differences before any switch, \`trends_nonparam\` compares within groups, \`trends_lin\` allows unit trends,
\`same_switchers\` keeps the units that are seen in all periods. \`by_horizon\` has switchers, rows and the treatment added; \`equal_effects\` tests that all effects are the same, \`pretrend\` the placebos.
Rows after a unit had both more and less than its first treatment are left out, and so is a unit's switch that lies in a gap. Errors are clustered, demean by cohort (start, first switch, treatment there) with
√(n/(n − 1)), and treat who switches when as given. Periods are counted as they occur in the data. Checked against DIDmultiplegtDYN 2.1 on real and simulated panels (0/1 and 0/1/2, gaps, weights,
clusters, groups, trends): all estimates, and all errors but those with \`controls\`, where the package adds a constant to the influence of the slopes; those here were checked by simulation.

**In every record**: \`terms\` (\`rel_time::k\` with \`period\`, then \`att\`), their \`vcov\`, \`reference\`, \`pretrend\` and \`posttrend\`
(joint tests), \`average_post\` (plain mean of the lags), \`aggregates\` (simple, dynamic, group, calendar), \`cells\` (cohort by period).
\`aggregate\` chooses which averages are the terms; \`balance: e\` takes those by relative time over the cohorts seen e periods after adoption alone, up to e, so that the mix of cohorts does not change along the path. A joint test is missing when its covariance is singular.

Not done here: continuous doses, covariates that react to treatment.

**Assumptions.** Without treatment the outcomes of cohorts and controls would have moved in parallel (given \`controls\`), nobody reacts more than \`anticipation\` periods ahead, and a unit's treatment does not reach others. \`twfe\` besides: effects by relative time
are those of every cohort. \`imputation\` and \`two-stage\`: the model of untreated outcomes holds in all periods, not from the base period on alone. \`roth-santanna\`: timing is random, in place of parallel trends. Treatment stays, except with
\`chaisemartin-dhaultfoeuille\`, which without \`effects\` takes effects not to depend on earlier treatment.`,
    zh: `处理时间由 cohort（个体首次受处理的时期，写在其每一行；缺失或取 never 中的值为从未处理；早于数据的 0 须用 never 说明其含义，csdid 与 did 视为从未处理，fixest 视为早期批次）、rel_time，或不会中断的 0/1 变量 treatment 读出。相对时间 = 时间 − 首次处理期。

**twfe**：y_it = α_i + λ_t + Σ_k β_k·1[t − g_i = k] + 控制变量 + u_it，k 取基期以外的相对时期；window 以外的时期并入两端（Schmidheiny 与 Siegloch 2023）。各批次效应不同时，系数混合不同批次与时期：
contamination 给出每个系数中其他时期效应的绝对权重与本期的负权重（Sun 与 Abraham 2021，命题 1）。已与 fixest 0.14 的 i(rel, ref = …) 核对。

**sun-abraham**：相对时期与批次交互得 β_gk，再按各批次行数份额（计入权重，视为固定）加权（Sun 与 Abraham 2021）。对照为从未处理者与样本期之后才处理的批次；都没有时用最后一批，并去掉其受处理的时期。
首行即已处理、或基期没有观测的批次被剔除。att 为全部 k ≥ 0 的 β_gk 的平均。标准误与 regress 相同。已与 fixest 0.14 的 sunab 核对。

**callaway-santanna**：逐一比较各批次与其对照组在基期与各期之间的变化 ATT(g, t)（Callaway 与 Sant'Anna 2021）；method 为 dr（双重稳健）、ipw（逆概率加权）或 reg（结果回归）。controls 取两期中较早一期的值。
control: not-yet 以到较晚一期（加 anticipation）仍未处理者为对照，同 R 的 did；later 以晚于该批次处理者为对照，同 Stata 的 csdid：处理后二者相同，处理前 not-yet 还包括将更早处理的批次。
处理后各期的基期为处理前最后一期（减 anticipation）；处理前各期的基期为前一期（base: varying）或同一基期（universal）。sampling: panel 用个体内变化，剔除缺期个体；unbalanced 与 cross-section 比较水平值。
按个体份额加总（计入标准误）：按相对时间、批次、时期，及总平均 att。标准误来自影响函数，按个体或一个个体内不变的变量聚类，区间为正态；bootstrap 另给出各期同时成立的 band_low 与 band_high。
pretrend 检验处理前所有 ATT(g, t) 为零。倾向得分达到 0.999 或对照组协变量共线的单元被剔除并附注。已与 R 的 did 2.5、DRDID 1.2 核对。

**imputation** 与 **two-stage**：仅用处理前与从未处理的行拟合 y = 固定效应 + 控制变量，再对处理行与其预测值之差取平均。absorb 可含任意固定效应与个体趋势 city[year]（默认个体与时期）。
个体、时期或协变量在未处理样本中不出现的处理行被剔除并附注。imputation（Borusyak、Jaravel 与 Spiess 2024）：聚类标准误（默认按个体），处理行围绕其批次与时期的加权均值变动，效应各异时偏保守，批次个体很少时偏小，leaveout 改用其余个体的均值（原文附录 A.6）；
处理前系数（pretrends）来自仅用未处理行的回归，以更早各期为参照，其 F 检验为 pretrend。已与 didimputation 0.5 核对。two-stage（Gardner 2022）：处理前系数为第一阶段残差的均值，
标准误计入第一阶段（GMM），聚类，不作小样本调整。已与 did2s 1.2 核对。二者区间为正态。

**stacked**：每个批次与其干净对照（到 window 末仍未处理）组成一个子样本，各有个体与时期效应（Cengiz 等 2019），须给出 window。未覆盖整个窗口的批次与窗口内缺期的个体不进入该子样本。
weighting: wing 调整对照组权重，使各批次按处理个体数计（Wing 等 2024），equal 各行等权。已与双重差分的直接平均核对。

**roth-santanna**：适用于处理时间近似随机：各批次结果的平均减去处理前差异乘以使方差最小的系数（Roth 与 Sant'Anna 2023）；method: did 取系数 1，means 取 0；fisher 为费舍尔随机化检验的重排次数，将处理时间重新分配给个体，比较估计值与标准误之比。control: never 仅以最后一批为对照。
标准误见原文 §4.3，neyman 为未修正者。不含协变量与权重。已与 R 的 staggered 1.2 核对。

**chaisemartin-dhaultfoeuille**：0/1 处理 treatment 可开可关；rel_time::0 为 DID_M，即从上一期起状态改变者与不变者之差（de Chaisemartin 与 D'Haultfœuille 2020）；安慰剂为改变之前的同样比较，
rel_time::-2 为倒数第二期到最后一期的变化，上升为正，与设基期的估计量符号相反。by_period 区分转入与转出。已与按公式写出的 R 程序核对。双向系数的权重见 twfe-weights。
写 effects: L 时改为自首次切换起跟踪个体，同 did_multiplegt_dyn（de Chaisemartin 与 D'Haultfœuille 2024）：treatment 可取多个值，也可逆转。rel_time::k（k = 0 … L − 1）即 DID_{k+1}：结果自首次切换前一期
到其后 k 期的变化，与初始处理相同且尚未切换者之差；处理下降者取相反符号（switchers 只取一类）。pretrends 个安慰剂向前比较同样的期数，rel_time::-2 为切换前倒数第二期与最后一期之差。
att 为每单位处理的总效应；normalized 将各期效应除以到该期累计增加的处理。controls 用切换前的一阶差分回归剔除，trends_nonparam 只在组内比较，trends_lin 允许个体线性趋势，same_switchers 只留各期都有观测的切换者。
by_horizon 给出切换者数、行数与累计处理；equal_effects 检验各期效应相等，pretrend 检验安慰剂。个体的处理既高于又低于初始水平之后的行、以及落在数据缺口中的切换被剔除。标准误聚类，按批次（初始处理、首次切换期、切换后处理）去均值并乘
√(n/(n − 1))，视切换时间为给定。时期按数据中出现的顺序计。已与 DIDmultiplegtDYN 2.1 在真实与模拟面板（0/1、0/1/2、缺期、权重、聚类、分组、趋势）上核对：全部估计值，以及除 controls 以外的全部标准误（该包在斜率的影响函数中加入一个常数；
此处以模拟核对）。

**结果中都有**：terms（rel_time::k，其后为 att）及其 vcov、reference、pretrend 与 posttrend（联合检验）、average_post（处理后系数的简单平均）、aggregates（simple、dynamic、group、calendar）、
cells（批次 × 时期）。aggregate 决定以哪种平均作为系数；balance: e 使按相对时间的平均只含处理后 e 期仍有观测的批次，且只到第 e 期，批次构成因而不变。协方差奇异时联合检验缺失。

不做连续剂量，以及会对处理作出反应的协变量。

**假设。** 若无处理，各批次与对照组的结果平行变动（给定 controls），提前反应不超过 anticipation 期，个体之间无溢出。twfe 还要求各批次同一相对时期的效应相同。imputation 与 two-stage 要求未处理结果的模型在所有时期成立，
而不仅从基期起。roth-santanna 以处理时间随机代替平行趋势。处理一旦开始不会结束；chaisemartin-dhaultfoeuille 除外，它在不写 effects 时要求效应不依赖更早的处理。`,
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
