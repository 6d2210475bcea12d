/** The name that stands for talking to the user where an agent's every reply is a call (tau-bench.md, section 3). */
export const RESPOND = 'respond';
