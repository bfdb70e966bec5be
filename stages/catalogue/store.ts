import { entries } from './entry.ts';

/** CE4…: the store. */
export const storeMessages = entries({
  CE4001: {
    en: "the store cannot be written: '{file}' ({reason})",
    zh: "缓存无法写入：'{file}'（{reason}）",
    help: {
      en: 'make the folder writable, or choose another with --cache DIR',
      zh: '请使该文件夹可写，或用 --cache DIR 指定其他位置',
    },
    doc: {
      en: 'A result was computed and could not be kept, because the folder of the store may not be written to. Results that stand in it already are still used.',
      zh: '结果已计算但无法保存，因为缓存文件夹不可写。其中已有的结果仍可使用。',
    },
  },
  CE4002: {
    en: "the disk of the store is full: '{file}' ({reason})",
    zh: "缓存所在磁盘已满：'{file}'（{reason}）",
    help: {
      en: 'free some space (ceteris gc removes what no recent run needs), or choose another disk with --cache DIR',
      zh: '请释放空间（ceteris gc 可清除近期运行不需要的内容），或用 --cache DIR 指定其他磁盘',
    },
    doc: {
      en: 'The stage ran, and its result did not fit on the disk. Nothing half-written is left, and what was stored before is untouched; run again once there is space.',
      zh: '步骤已运行，但磁盘空间不足以保存结果。不会留下不完整的内容，此前存储的内容不受影响；释放空间后请重新运行。',
    },
  },
  CE4003: {
    en: "the limit of open files is reached: '{file}' ({reason})",
    zh: "打开的文件数已达上限：'{file}'（{reason}）",
    help: {
      en: 'raise the limit (ulimit -n), or use fewer --jobs',
      zh: '请提高上限（ulimit -n），或减少 --jobs',
    },
    doc: {
      en: 'The system lets a process have so many files open, and threads and other programs take some too. `EMFILE` is the limit of a process, which `ulimit -n` shows and sets (`ulimit -n 1024`; a hard limit is for the administrator to raise); `ENFILE` is that of the whole machine. What was computed before is kept: run again.',
      zh: '系统限制一个进程同时打开的文件数，线程与外部程序也会占用。`EMFILE` 为单个进程的上限，可用 `ulimit -n` 查看和设置（`ulimit -n 1024`；硬上限须由管理员提高）；`ENFILE` 为整台机器的上限。此前计算的结果均已保留：请重新运行。',
    },
  },
  CE4004: {
    en: "the disk of the store failed: '{file}' ({reason})",
    zh: "缓存所在磁盘出错：'{file}'（{reason}）",
    help: {
      en: 'check the disk, or choose another with --cache DIR',
      zh: '请检查磁盘，或用 --cache DIR 指定其他磁盘',
    },
  },
  CE4005: {
    en: "a stored value of '{stage}' was lost, and running the stage again did not give the same value",
    zh: "'{stage}' 的一个已存储的值丢失，且重新运行该步骤未得到相同的值",
    help: { en: 'run with --force to compute everything anew', zh: '请使用 --force 重新计算全部内容' },
    doc: {
      en: 'Stages give the same bytes whenever their inputs are the same. One did not: its type is not deterministic, which is a fault of that type.',
      zh: '输入相同时，步骤应给出相同的字节。此处并非如此：该步骤类型不是确定性的，这是该类型的缺陷。',
    },
  },
  CE4050: {
    en: "'{file}' is no store, and holds other files",
    zh: "'{file}' 不是缓存，且含有其他文件",
    help: {
      en: 'let --cache name an empty folder, or one that is to be made, such as .ceteris',
      zh: '请让 --cache 指向空文件夹或尚不存在的文件夹，如 .ceteris',
    },
    doc: {
      en: 'A store has a folder to itself: `ceteris gc` removes files from it. One that was begun in a folder that is worked in can be moved out: `actions.log`, `blobs`, `files.index`, `latest`, `runs`, `standing`, `tags` and `tmp` belong to it.',
      zh: '缓存须独占一个文件夹，因为 `ceteris gc` 会从中删除文件。若曾在工作文件夹中建立缓存，可将其移出：`actions.log`、`blobs`、`files.index`、`latest`、`runs`、`standing`、`tags` 和 `tmp` 属于缓存。',
    },
  },
  CE4051: {
    en: "there is no store '{file}'",
    zh: "没有缓存 '{file}'",
    help: {
      en: 'correct the path of --cache, which is relative to the current folder',
      zh: '请更正 --cache 的路径，它相对于当前文件夹',
    },
  },
  CE4052: {
    en: 'nothing was removed: what the pipeline as it stands needs is not known',
    zh: '未删除任何内容：无法得知当前流程需要哪些结果',
    help: {
      en: 'mend the pipeline, or keep only what its recorded runs and tags need: ceteris gc --force',
      zh: '请改正流程；若只需保留已记录的运行和名称所需的内容，请用 ceteris gc --force',
    },
  },
  CE4006: {
    en: "something that is no store stands in its place: '{file}' ({reason})",
    zh: "缓存的位置被其他内容占用：'{file}'（{reason}）",
    help: {
      en: 'move that file or folder away, or choose another store with --cache DIR',
      zh: '请移走该文件或文件夹，或用 --cache DIR 指定其他位置',
    },
    doc: {
      en: 'The store is a folder (`.ceteris` beside the pipeline). A file stands where it or a folder of it belongs, or a folder where a file of it belongs.',
      zh: '缓存是一个文件夹（流程旁的 `.ceteris`）。其所在位置或其中某个文件夹的位置上是一个文件，或者其中某个文件的位置上是一个文件夹。',
    },
  },
  CE4060: {
    en: "the process that starts programs ended ({reason}), and the program of '{stage}' was ended with it",
    zh: "启动外部程序的进程已终止（{reason}），'{stage}' 的程序也随之结束",
    help: {
      en: 'run again; if it happens again, memory may have run out: use fewer --jobs',
      zh: '请重新运行；若再次发生，可能是内存不足：请减少 --jobs',
    },
    doc: {
      en: 'Programs of `exec` stages are started by a small process of its own. Somebody killed it, or the system did for want of memory. The programs that it had started are ended, so that none goes on unwatched; nothing of them is kept. A program may have done something outside its folder, so it is started again only when the stage has `retries`.',
      zh: 'exec 步骤的程序由一个单独的小进程启动。它被终止，或因内存不足被系统终止。由它启动的程序会被结束，以免无人看管；其内容均不保留。程序可能对其文件夹以外产生影响，因此只有步骤写明 retries 时才会再次启动。',
    },
  },
});
