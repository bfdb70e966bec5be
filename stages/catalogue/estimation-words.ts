/** Words of the notes that say how models were estimated and tested. */
export const estimationWords = {
  estimatorIs: { en: 'estimator: {name}', zh: '估计量为{name}' },
  againstNever: { en: 'compared with never-treated units', zh: '以从未处理的个体为对照' },
  againstNotYet: { en: 'compared with units not yet treated', zh: '以尚未处理的个体为对照' },
  againstLater: { en: 'compared with units treated later', zh: '以之后才处理的个体为对照' },
  byDoublyRobust: { en: 'doubly robust', zh: '双重稳健' },
  byProbability: { en: 'inverse probability weighting', zh: '逆概率加权' },
  byRegression: { en: 'outcome regression', zh: '结果回归' },
  byEfficient: { en: 'efficient adjustment', zh: '有效调整' },
  byDifference: { en: 'adjusted as difference-in-differences', zh: '按双重差分调整' },
  byMeans: { en: 'unadjusted means', zh: '均值不作调整' },
  baseVarying: { en: 'each lead compared with the period before it', zh: '处理前各期与其前一期比较' },
  baseUniversal: {
    en: 'all periods compared with the last one before treatment',
    zh: '各期均与处理前最后一期比较',
  },
  anticipation: { en: '{n} {n|period|periods} of anticipation', zh: '允许提前{n}期反应' },
  perUnitOfTreatment: { en: 'effects per unit of treatment', zh: '单位处理的效应' },
  switchersIn: { en: 'units whose treatment rises', zh: '仅处理上升的个体' },
  switchersOut: { en: 'units whose treatment falls', zh: '仅处理下降的个体' },
  twoStageSquares: { en: 'two-stage least squares', zh: '两阶段最小二乘' },
  liml: { en: 'limited-information maximum likelihood', zh: '有限信息最大似然（LIML）' },
  fuller: { en: "Fuller's limited-information maximum likelihood", zh: 'Fuller有限信息最大似然' },
  instrumentedBy: {
    en: '{method}, instruments for {endogenous}: {instruments}',
    zh: '{method}，{endogenous}的工具变量为{instruments}',
  },
  weightedBy: { en: 'weighted by {name}', zh: '以{name}加权' },
  matchingWeights: { en: 'the weights of matching', zh: '匹配权重' },
  testByInteraction: {
    en: 'difference between groups tested in one model in which all regressors and effects are interacted with the group',
    zh: '组间差异由所有解释变量与固定效应均与组别交互的模型检验',
  },
  testBySuest: {
    en: 'difference between groups tested by seemingly unrelated estimation (suest)',
    zh: '组间差异由似无相关模型检验（suest）',
  },
  testByPermutation: {
    en: 'difference between groups tested by {draws} permutations of whole units between groups (Fisher)',
    zh: '组间差异由个体整体换组的{draws}次置换检验（费舍尔组合检验）',
  },
  testsJointly: {
    en: '{test}; equal in all groups: {statistic}, p {p}',
    zh: '{test}；各组相等的联合检验：{statistic}，p {p}',
  },
} as const satisfies Record<string, { en: string; zh: string }>;
