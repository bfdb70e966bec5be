import { entries } from './entry.ts';

/** CE29: other programs, SQL, users' own stage types. */
export const externalMessages = entries({
  CE2901: {
    en: "a table or document cannot be placed as '{file}'",
    zh: "表格或文档无法以 '{file}' 的形式提供给程序",
    help: { en: 'name it with one of these endings: {known}', zh: '请使用以下扩展名之一：{known}' },
  },
  CE1142: {
    en: "'{name}' cannot be the name of an output",
    zh: "'{name}' 不能用作输出的名称",
    help: { en: 'use letters, digits, _ and -', zh: '请只用字母（含汉字）、数字、_ 与 -' },
  },
  CE2902: {
    en: "output '{name}' is what the program prints",
    zh: "输出 '{name}' 保留给程序的打印内容",
    help: { en: 'call the output something else', zh: '请为该输出另取名称' },
  },
  CE2903: {
    en: "'{file}' is no path inside the program's folder",
    zh: "'{file}' 不是程序文件夹内的路径",
    help: { en: 'write a relative path without ..', zh: '请写不含 .. 的相对路径' },
  },
  CE2904: {
    en: "'{file}' is no JSON: {reason}",
    zh: "'{file}' 不是 JSON：{reason}",
    help: { en: 'write a model as one JSON object', zh: '模型应写为一个 JSON 对象' },
  },
  CE2905: {
    en: "'{file}' is no model: it needs terms, each with a term and an estimate",
    zh: "'{file}' 不是模型：需要 terms，且每项含 term 与 estimate",
    help: {
      en: 'write {"nobs": …, "terms": [{"term": …, "estimate": …, "std_error": …}]}, as broom names them',
      zh: '请写成 {"nobs": …, "terms": [{"term": …, "estimate": …, "std_error": …}]}，字段名与 broom 相同',
    },
  },
  CE2906: {
    en: 'this Parquet file cannot be read: {reason}',
    zh: '无法读取该 Parquet 文件：{reason}',
    help: {
      en: 'check that it was written and copied to the end, or save the data as CSV',
      zh: '请检查该文件是否完整写出和复制，或将数据另存为 CSV',
    },
  },
  CE2907: {
    en: '{program} ended with code {code}{what}: {said}{found}',
    zh: '{program} 以代码 {code} 结束{what}：{said}{found}',
    help: {
      en: 'nothing was kept of this try; correct the program or its inputs and run again',
      zh: '本次运行未保留任何内容；请修正程序或输入后重新运行',
    },
    doc: {
      en: 'A program that ends with another code than 0 has failed: its outputs are not taken, and the failure is not cached, so the next run tries again. The last lines that it printed stand in the message.',
      zh: '程序以非 0 代码结束即为失败：不采用其输出，失败也不缓存，下次运行会重试。消息中为其最后打印的内容。',
    },
  },
  CE2908: {
    en: '{program} was ended by {signal}{what}: {said}{found}',
    zh: '{program} 被信号 {signal} 终止{what}：{said}{found}',
    help: { en: 'SIGKILL often means that memory ran out', zh: 'SIGKILL 通常表示内存不足' },
  },
  CE2909: {
    en: '{program} was stopped after {seconds} s{what}: {said}{found}',
    zh: '{program} 运行 {seconds} 秒后被停止{what}：{said}{found}',
    help: { en: 'raise timeout, or take it out', zh: '请增大 timeout，或将其去掉' },
  },
  CE2910: {
    en: "program '{program}' is not on this machine",
    zh: "本机没有程序 '{program}'",
    help: {
      en: 'install it, or put its folder on PATH; ceteris doctor tells what there is',
      zh: '请安装该程序，或将其所在文件夹加入 PATH；可用 ceteris doctor 查看',
    },
  },
  CE2911: {
    en: "program '{program}' could not be started ({reason})",
    zh: "程序 '{program}' 无法启动（{reason}）",
    help: { en: 'check that it is a program that you may run', zh: '请检查它是否为可执行的程序' },
  },
  CE2912: {
    en: '{program} ended well and did not write {files} (it left {kept}{beside}){what}: {said}{found}',
    zh: '{program} 正常结束，但没有写出 {files}（留下的文件：{kept}{beside}）{what}：{said}{found}',
    help: {
      en: 'write every declared output in the folder in which the program starts',
      zh: '请在程序启动的文件夹中写出每个声明的输出',
    },
  },
  CE2913: {
    en: "{program} ended well, and its '{file}' cannot be read ({reason})",
    zh: "{program} 正常结束，但其 '{file}' 无法读取（{reason}）",
    help: {
      en: 'let it write a file of less than 2 GB that you may read',
      zh: '请让程序写出您有权读取且小于 2 GB 的文件',
    },
  },
  CE2914: {
    en: "'{interpreter}' is not on this machine; the first line of '{script}' says that it runs the script",
    zh: "本机没有 '{interpreter}'，而 '{script}' 的首行指定由它运行",
    help: {
      en: 'install it, correct the line, or name the interpreter in run: [sh, script.sh]',
      zh: '请安装该程序、修改首行，或在 run 中写明解释程序：[sh, script.sh]',
    },
  },
  CE2915: {
    en: "'{script}' has the line ends of Windows, so the system looks for '{interpreter}' with a line end in its name",
    zh: "'{script}' 使用 Windows 换行符，系统因此寻找名称含换行符的 '{interpreter}'",
    help: {
      en: 'save the script with the line ends of Unix (LF), or name the interpreter in run: [sh, script.sh]',
      zh: '请将脚本以 Unix 换行符（LF）保存，或在 run 中写明解释程序：[sh, script.sh]',
    },
  },
  CE2916: {
    en: 'row {row} (line {line}) of what the program wrote has {found} fields, the header has {expected}',
    zh: '程序写出的第 {row} 行（文件第 {line} 行）有 {found} 个字段，表头有 {expected} 个',
    help: {
      en: 'have it put fields that hold the delimiter in quotes, and write nothing there but the table',
      zh: '请让程序给含分隔符的字段加引号，并且只写出数据表',
    },
  },
  CE2917: {
    en: 'line {line} of what the program wrote is taken for the header and has {fields} {fields|field|fields}; most lines below it have {found}',
    zh: '程序写出的第 {line} 行被当作表头，只有 {fields} 个字段，而其下多数行有 {found} 个',
    help: {
      en: 'have it begin with the names of the columns, and write titles and messages elsewhere',
      zh: '请让程序首先写出列名，标题和信息写到别处',
    },
  },
  CE2918: {
    en: '{columns|column|columns} {columns} of what the program wrote {columns|has|have} no name',
    zh: '程序写出的第 {columns} 列没有名称',
    help: {
      en: 'have it name {columns|it|them}, or leave {columns|it|them} out',
      zh: '请让程序为其命名，或不写出',
    },
  },
  CE1310: {
    en: "plugin '{file}' cannot be read",
    zh: "无法读取插件 '{file}'",
    help: {
      en: 'its path is relative to the YAML file in which it stands',
      zh: '路径相对于其所在的 YAML 文件',
    },
  },
  CE1311: {
    en: "plugin '{file}' does not compile: {said}",
    zh: "插件 '{file}' 无法编译：{said}",
  },
  CE1312: {
    en: "plugin '{file}' exports no stage type",
    zh: "插件 '{file}' 没有导出步骤类型",
    help: {
      en: "export const mine = defineStage({ … }), with defineStage from 'ceteris'",
      zh: "请写 export const mine = defineStage({ … })，defineStage 来自 'ceteris'",
    },
  },
  CE1313: {
    en: "stage type '{name}' of plugin '{file}' is there already",
    zh: "插件 '{file}' 的步骤类型 '{name}' 已存在",
    help: { en: 'give it another name', zh: '请另取名称' },
  },
  CE1314: {
    en: "stage type '{name}' of plugin '{file}' has no proper {detail}",
    zh: "插件 '{file}' 的步骤类型 '{name}' 缺少正确的 {detail}",
    help: {
      en: 'a type needs type, doc, params, inputs, outputs, declare and run',
      zh: '步骤类型需要 type、doc、params、inputs、outputs、declare 与 run',
    },
  },
  CE1315: {
    en: "plugin '{file}' stopped while it was loaded: {said}",
    zh: "插件 '{file}' 在加载时出错：{said}",
  },
  CE1316: {
    en: "plugin '{file}' imports '{name}', which is not there",
    zh: "插件 '{file}' 导入的 '{name}' 不存在",
    help: {
      en: 'a path begins with ./ or ../; a package is installed beside the pipeline with npm install',
      zh: '路径以 ./ 或 ../ 开头；软件包须用 npm install 安装在流程文件旁',
    },
  },
  CE1320: {
    en: 'foreach takes the name of a column',
    zh: 'foreach 应为一个列名',
    help: { en: 'foreach: province', zh: '例如 foreach: province' },
  },
  CE1321: {
    en: 'foreach and matrix both make cases of this stage',
    zh: 'foreach 与 matrix 不能用于同一步骤',
    help: { en: 'keep one of the two, or filter in a stage before', zh: '两者只保留其一，或先用单独的步骤筛选' },
  },
  CE1322: {
    en: "foreach goes over text or numbers, and '{name}' is {is}",
    zh: "foreach 只支持文本或数值列，而 '{name}' 为 {is}",
    help: { en: 'make a column of text or numbers with derive', zh: '请先用 derive 生成文本或数值列' },
  },
  CE1323: {
    en: "'{name}' has {count} different values: too many for a stage each (at most {limit})",
    zh: "'{name}' 有 {count} 个不同取值，不能为每个取值各建一个步骤（最多 {limit} 个）",
    help: { en: 'go over a coarser group', zh: '请使用更粗的分组' },
  },
  CE1324: {
    en: "'{name}' has no value, so foreach makes no stage",
    zh: "'{name}' 没有任何取值，foreach 无法生成步骤",
    help: { en: 'look at the column with ceteris show', zh: '可用 ceteris show 查看该列' },
  },
  CE2920: {
    en: 'sql stages need the package @duckdb/node-api, which is not installed',
    zh: 'sql 步骤需要 @duckdb/node-api 包，但尚未安装',
    help: {
      en: 'install ceteris with its optional packages: npm ci',
      zh: '请连同可选包安装 ceteris：npm ci',
    },
  },
  CE2921: {
    en: 'the query does not run: {said}',
    zh: '查询无法执行：{said}',
    help: {
      en: 'tables go by the names under inputs; odd names in "double quotes"',
      zh: '表名即 inputs 下所写的名称；特殊名称请用 "双引号" 括起',
    },
  },
  CE2922: {
    en: 'the result has more than one column {names}',
    zh: '结果中列名重复：{names}',
    help: { en: 'name each with AS', zh: '请用 AS 为每列命名' },
  },
  CE2923: {
    en: 'a query is one statement, and here {count|is|are} {count}',
    zh: '查询应为一条语句，此处有 {count} 条',
    help: {
      en: 'write one SELECT; parts of it can have names: WITH a AS (…) SELECT …',
      zh: '请只写一条 SELECT；其中的部分可以命名：WITH a AS (…) SELECT …',
    },
  },
  CE2964: {
    en: '{word} is no query: it changes or tells something of the database, and a stage takes the result of one SELECT',
    zh: '{word} 不是查询：它会改动数据库或查看其状态，而步骤只取一条 SELECT 的结果',
    help: {
      en: 'write one SELECT; its result is a table of its own, and the inputs stay as they are',
      zh: '请只写一条 SELECT；其结果自成一表，输入保持不变',
    },
  },
  CE2965: {
    en: "the query names a column '{name}', which its tables do not have",
    zh: "查询用到的列 '{name}' 不在其各表之中",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2966: {
    en: "the query names a table '{name}', which is not among the inputs",
    zh: "查询用到的表 '{name}' 不在 inputs 之中",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2967: {
    en: 'run names no program',
    zh: 'run 没有写明程序',
    help: { en: 'write it first: run: [Rscript, fit.R]', zh: '请先写程序名：run: [Rscript, fit.R]' },
  },
  CE2930: {
    en: 'figures and tables for print cannot be gathered',
    zh: '图表类输出不能合并',
    help: { en: 'gather the models or tables that they are made from', zh: '请合并其所依据的模型或表' },
  },
  CE2990: {
    en: '{message}',
    zh: '插件：{message}',
  },
  CE2991: {
    en: "stage type '{type}' of a plugin stopped: {detail}",
    zh: "插件的步骤类型 '{type}' 中止：{detail}",
    help: {
      en: 'return faults for what users do wrong: { ok: false, faults: [problem(…)] }',
      zh: '用户错误应返回 faults：{ ok: false, faults: [problem(…)] }',
    },
  },
  CE2992: {
    en: 'code of a plugin threw where nobody waits for it: {detail}',
    zh: '插件代码在无人等待之处抛出异常：{detail}',
    help: {
      en: 'what `run` returns is all that counts: no timers, no promises that it does not wait for',
      zh: '只有 run 的返回值有效：请勿使用定时器，也不要留下未等待的 Promise',
    },
  },
});
