import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  arguments: { '<shell>': 'bash, zsh or fish' },
  options: [],
  examples: [
    'source <(juxta completion bash)   in ~/.bashrc',
    'source <(juxta completion zsh)   in ~/.zshrc, after compinit',
    'juxta completion fish > ~/.config/fish/completions/juxta.fish',
  ],
});

export type Options = ValuesIn<typeof command>;
