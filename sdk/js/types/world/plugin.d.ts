/// <reference path="./interfaces/keelmark-plugin-docker.d.ts" />
/// <reference path="./interfaces/keelmark-plugin-exec.d.ts" />
/// <reference path="./interfaces/keelmark-plugin-fs.d.ts" />
/// <reference path="./interfaces/keelmark-plugin-guest.d.ts" />
/// <reference path="./interfaces/keelmark-plugin-host.d.ts" />
/// <reference path="./interfaces/keelmark-plugin-process.d.ts" />
/// <reference path="./interfaces/keelmark-plugin-report.d.ts" />
/// <reference path="./interfaces/keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/plugin@0.1.0' {
  export type * as KeelmarkPluginDocker010 from 'keelmark:plugin/docker@0.1.0'; // import keelmark:plugin/docker@0.1.0
  export type * as KeelmarkPluginExec010 from 'keelmark:plugin/exec@0.1.0'; // import keelmark:plugin/exec@0.1.0
  export type * as KeelmarkPluginFs010 from 'keelmark:plugin/fs@0.1.0'; // import keelmark:plugin/fs@0.1.0
  export type * as KeelmarkPluginHost010 from 'keelmark:plugin/host@0.1.0'; // import keelmark:plugin/host@0.1.0
  export type * as KeelmarkPluginProcess010 from 'keelmark:plugin/process@0.1.0'; // import keelmark:plugin/process@0.1.0
  export type * as KeelmarkPluginReport010 from 'keelmark:plugin/report@0.1.0'; // import keelmark:plugin/report@0.1.0
  export type * as KeelmarkPluginTypes010 from 'keelmark:plugin/types@0.1.0'; // import keelmark:plugin/types@0.1.0
  export * as guest from 'keelmark:plugin/guest@0.1.0'; // export keelmark:plugin/guest@0.1.0
}
