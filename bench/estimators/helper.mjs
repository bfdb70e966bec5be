// A thread that helps: what a worker of the engine does while it has no stage of its own.
import { pathToFileURL } from 'node:url';
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';

const { answer, panelJobs } = await import(pathToFileURL(workerData.bundle).href);
const channel = new BroadcastChannel(workerData.channel);
channel.onmessage = ({ data }) => answer(panelJobs, data);
parentPort.postMessage('ready');
