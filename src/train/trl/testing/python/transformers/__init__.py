"""
Stands in for transformers in tests: a token is a character of a row's JSON text. STAND_IN says how it behaves: see
`stand-in.ts`.
"""

import json
import os
import random
import shutil


class TrainerCallback:
    pass


set_seed = random.seed


class AutoTokenizer:
    @classmethod
    def from_pretrained(cls, path, revision="main", trust_remote_code=False):
        return cls()

    def save_pretrained(self, output):
        source = json.loads(os.environ.get("STAND_IN", "{}")).get("tokenizer") or os.path.join(
            os.path.dirname(__file__), "tokenizer"
        )
        shutil.copytree(source, output, dirs_exist_ok=True)

    def apply_chat_template(self, messages, tools=None, tokenize=True, return_dict=False, **options):
        text = "".join(message["role"] + json.dumps(message, sort_keys=True) for message in messages)
        return [ord(letter) for letter in text]
