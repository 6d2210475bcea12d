/** What other programs may import from `juxta`. */
export { BadInputError, JuxtaError } from './base/errors.ts';
export { defineConfig, type JuxtaConfig } from './cli/options/config.ts';
export type { Message, ToolCall } from './dialogue/message.ts';
export type { CallRecord, Cause, Turn, Usage } from './dialogue/turn.ts';
export { defineEnvironment, type OwnEnvironment } from './environments/define/define.ts';
export { called, judged, says, state } from './environments/define/goals.ts';
export { type OwnTask, type TaskInput, tasksFrom } from './environments/define/task.ts';
export type { EnvironmentDefinition, Purposes } from './environments/definition.ts';
export {
  type AgentTurn,
  type CallOutcome,
  type Environment,
  EnvironmentFault,
  type Goal,
  type Task,
  type Tool,
  ToolCallError,
} from './environments/environment.ts';
export type { McpAddress, McpCommand } from './environments/mcp/connect.ts';
export {
  type McpEnvironment,
  type McpIsolation,
  type McpServer,
  mcpEnvironment,
} from './environments/mcp/environment.ts';
export { type SessionEnvironment, sessionEnvironment } from './environments/sessions/environment.ts';
export type {
  Session,
  SessionCall,
  SessionContext,
  SessionTool,
  SessionTools,
} from './environments/sessions/session.ts';
export { type AiTool, type AiToolSet, type AiToolsOptions, aiTools } from './environments/tool-sets/ai.ts';
export { type ApiAccess, type OpenApiOptions, openApiTools } from './environments/tool-sets/open-api.ts';
export type { Example, Kind } from './harvest/examples.ts';
export { defineFilter, exampleFilter, type Filter, treeFilter } from './harvest/filter.ts';
export { defineFormat, type Format } from './harvest/formats/format.ts';
export { type Completion, type GenerateRequest, type Model, ModelError } from './models/model.ts';
export { converse, type Episode } from './play/converse.ts';
export { defaultSearch, josh, type Play, type Played, type SearchOptions } from './search/josh/josh.ts';
export { searchTree } from './search/search-tree.ts';
export type { Tree, TreeNode } from './search/tree.ts';
export { TrainingInterruptedError } from './train/interrupted.ts';
export {
  defineTrainer,
  type HyperParameters,
  type Trained,
  type Trainer,
  type TrainJob,
  type TrainProgress,
} from './train/trainer.ts';
