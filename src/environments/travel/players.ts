/** Who plays travel tasks if nobody is named. 256 tokens a reply is the published setting of ToolWOZ. */
export const travelPlayers = {
  user: { withModel: 'goal', scripted: 'agenda' },
  scripts: ['script', 'fallible-script'],
  replyTokens: 256,
} as const;
