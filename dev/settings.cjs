'use strict';
/** Node-RED's settings for `npm start`: this checkout's nodes, on this computer only, nothing sent to anybody. */
const path = require('node:path');

const root = path.resolve(__dirname, '..');

module.exports = {
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.PORT) || 1880,
  userDir: path.join(root, '.node-red'),
  flowFile: 'flows.json',
  flowFilePretty: true,
  // safe to lose: a try-out has nothing worth stealing, and a fixed text keeps its credentials readable
  credentialSecret: process.env.NODE_RED_CREDENTIAL_SECRET || 'npm start',
  nodesDir: [root],
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
