/** What other programs may import from `juxta`. `docs/api.md` is made of this file and of the doc comments that it leads to. */

// What the commands do

export { type ExportDataSettings, exportData, type TreeSource, treesOf } from './api/data.ts';
export { compareRuns, type EvaluateSettings, type Evaluation, evaluate } from './api/evaluate.ts';
export type { RunSettings } from './api/in-run.ts';
export type { PlayerSettings, PlaySettings, Watch } from './api/players.ts';
export { type RolloutResult, type RolloutSettings, rollout } from './api/rollout.ts';
export { type SelftrainSettings, selftrain } from './api/selftrain.ts';
export { type Training, type TrainSettings, train } from './api/train.ts';
export { defineConfig, type JuxtaConfig } from './cli/options/config.ts';
export type { SelftrainResult } from './runs/selftrain.ts';

// Environments of your own

export { defineEnvironment, type OwnEnvironment } from './environments/define/define.ts';
export {
  type CallGoal,
  called,
  type JudgeGoal,
  judged,
  type OwnGoal,
  type SaysGoal,
  type StateGoal,
  says,
  state,
} from './environments/define/goals.ts';
export type { JsonSchema, StandardSchema } from './environments/define/input.ts';
export type { OwnBasics } from './environments/define/own.ts';
export { type OwnTask, type TaskFile, type TaskInput, tasksFrom } from './environments/define/task.ts';
export type { OwnTool, ToolContext } from './environments/define/tool.ts';
export type { EnvironmentDefinition, Purposes } from './environments/definition.ts';
export {
  type AgentTurn,
  type CallOutcome,
  type Environment,
  EnvironmentFault,
  type Goal,
  type Pace,
  type Task,
  type Tool,
  ToolCallError,
} from './environments/environment.ts';
export { closeEnvironments, openEnvironment } from './environments/open.ts';
export type { EnvironmentSpec } from './environments/spec.ts';

// Worlds that cannot be data

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

// Conversations

export type { Agent, AgentStep, AgentView } from './agents/agent.ts';
export type { AgentDefinition } from './agents/registry.ts';
export { type CastSettings, createCast } from './api/cast.ts';
export type { Message, ToolCall } from './dialogue/message.ts';
export { toolCall } from './dialogue/message.ts';
export type { CallRecord, Cause, Turn, Usage } from './dialogue/turn.ts';
export type { Cast } from './play/conversation.ts';
export { converse, type Episode } from './play/converse.ts';
export type { UserDefinition } from './users/registry.ts';
export type { User, UserReply, UserView } from './users/user.ts';

// Models

export { type OpenModelOptions, openModel } from './api/models.ts';
export { type Completion, type GenerateRequest, type Model, ModelError } from './models/model.ts';
export type { Limits } from './rollout/run-models.ts';

// Search

export {
  defaultSearch,
  josh,
  type Moment,
  type Play,
  type Played,
  type Round,
  type SearchOptions,
  type SearchResult,
} from './search/josh/josh.ts';
export type { Collapse, JoshNode, JoshTree } from './search/josh/tree.ts';
export type { PolicyResult, PolicyRound, SearchPolicy } from './search/policy.ts';
export { searchTree, searchWith } from './search/search-tree.ts';
export { type NodeStatistics, nodeStatistics } from './search/statistics.ts';
export type { RewardEvent, Tree, TreeNode } from './search/tree.ts';

// Training data

export type {
  Dataset,
  DpoExample,
  Example,
  Kind,
  KtoExample,
  SftExample,
  Source,
} from './harvest/examples.ts';
export { type ExportCounts, type ExportSettings, exportDataset } from './harvest/export.ts';
export { defineFilter, exampleFilter, type Filter, treeFilter } from './harvest/filter.ts';
export { defineFormat, type Format } from './harvest/formats/format.ts';
export { type Harvest, type HarvestOptions, harvest, harvestTree } from './harvest/harvest.ts';

// Trainers

export { TrainingInterruptedError } from './train/interrupted.ts';
export {
  defineTrainer,
  type HyperParameters,
  type Trained,
  type Trainer,
  type TrainJob,
  type TrainProgress,
} from './train/trainer.ts';

// Evaluation

export { type BootstrapOptions, type Comparison, type Pair, pairedBootstrap } from './evaluate/bootstrap.ts';
export { type BeforeAfter, type ComparisonReport, compare } from './evaluate/compare.ts';
export { type Metrics, metrics, type Outcome } from './evaluate/metrics.ts';
export { type Pass, pass, type Trial } from './evaluate/pass.ts';
export type { Estimate, Interval } from './evaluate/statistics.ts';

// The store

export { openStore } from './store/sqlite.ts';
export type { RunLock, Store, Within } from './store/store.ts';

// Errors

export { BadInputError, JuxtaError } from './base/errors.ts';
