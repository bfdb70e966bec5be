/** The reference page of `figure`. */
import type { StageDoc } from '../contract.ts';

export const figureDoc: StageDoc = {
  summary: {
    en: 'Figures as journals print them: event studies, coefficients, placebo tests, decompositions, weights and more',
    zh: '期刊格式的图：事件研究、系数、安慰剂检验、分解、权重等',
  },
  details: {
    en: `\`kind\` says what is drawn, and of what:

| kind | from | shows |
|---|---|---|
| \`event-study\` | models with terms by period | estimates and intervals by period; several models (estimators) side by side; the reference hollow at 0; simultaneous bands thin |
| \`coefficients\` | models | a line for each term, models beside one another |
| \`placebo\` | a distribution | density of the estimates that chance gives, p-values of the draws, the true estimate |
| \`weights\` | weights of an index | bars by indicator, coloured by dimension; \`by: dimension\`; year by year stacked; of \`twfe-weights\`: weights of treated cells over time by cohort, negative ones hollow |
| \`bacon\` | a decomposition | each comparison's estimate against its weight, by type, and the two-way estimate |
| \`honest\` | bounds | the robust interval for each size of violation beside the original one |
| \`spec-curve\` | a curve | the estimates of all models in order, and the choices under each; of \`leave-out\` the estimate without each group, by name |
| \`balance\` | balance of a match | standardized differences before and after, with lines at ±10 % |
| \`trends\` | a table | means of \`y\` over time for each group of \`by\` (cohort unless said) |

The density is a Gaussian kernel estimate with Silverman's rule of thumb. Colours are told apart with any colour vision (Okabe and Ito
2008), and every series has a symbol of its own for print in grey.

\`svg\` keeps texts as texts: they can be searched and edited, and a viewer without the font takes another one. \`png\` (300 dots to the inch
unless \`dpi\` says otherwise) and \`pdf\` hold their letters. The font comes with the program (Noto Sans SC: GB 2312, Latin, Greek), so that
the bytes are the same on every machine and Chinese needs no installed font; a character that it lacks is a box, with a note.
\`lang: both\` sets the title in English and Chinese, and all else in Chinese.`,
    zh: `\`kind\` 决定画什么、用什么结果：

| kind | from | 内容 |
|---|---|---|
| \`event-study\` | 系数按时期排列的模型 | 各期估计值与置信区间；可并列多个模型（估计量）；基期为空心点，位于 0；各期同时成立的置信带为细线 |
| \`coefficients\` | 模型 | 每个系数一行，各模型并列 |
| \`placebo\` | 安慰剂检验的分布 | 随机估计值的核密度、各次的 p 值与真实估计值 |
| \`weights\` | 指数的权重 | 各指标的柱形，按维度着色；\`by: dimension\` 按维度；逐年权重堆叠；对 \`twfe-weights\` 则为各批次随时间的权重，负权重为空心 |
| \`bacon\` | 分解 | 每个 2×2 比较的估计值与权重，按类型区分，并标出双向固定效应估计值 |
| \`honest\` | 界限 | 各偏离程度下的稳健区间，与原置信区间并列 |
| \`spec-curve\` | 设定曲线 | 按大小排列的各模型估计值，其下标出各自的设定；leave-out 则为逐一剔除各组后的估计值，并标出组名 |
| \`balance\` | 匹配的平衡性 | 匹配前后的标准化偏差，并标出 ±10% |
| \`trends\` | 表 | \`by\` 各组（默认各批次）\`y\` 的均值随时间的变化 |

核密度为高斯核、Silverman 带宽。颜色对各种色觉都可区分（Okabe 与 Ito 2008），每个系列另有自己的符号，便于黑白印刷。

\`svg\` 保留文字，可检索与修改；\`png\`（默认 300 dpi）与 \`pdf\` 内含字形。字体随程序提供（思源黑体：GB 2312、拉丁与希腊字母），各机器输出逐字节相同，无需安装中文字体；
字体中没有的字显示为方框，并给出附注。\`lang: both\` 时标题中英对照，其余为中文。`,
  },
  example: `stages:
  panel: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  trends:
    stage: event-study
    from: panel
    y: npp
    cohort: cohort
    absorb: [city, year]
    cluster: city
  figure1:
    stage: figure
    kind: event-study
    from: trends
    title: { en: Figure 1. Parallel trends, zh: 图1 平行趋势检验 }
    lang: both
    formats: [svg, png, pdf]
  figure2:
    stage: figure
    kind: trends
    from: panel
    y: npp
    title: { en: Figure 2. Means by cohort, zh: 图2 各批次均值 }
`,
};
