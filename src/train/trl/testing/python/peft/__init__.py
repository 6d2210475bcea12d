"""Stands in for peft in tests: a merged model is a configuration that says what it was made from."""

import json
import os


class AutoPeftModelForCausalLM:
    def __init__(self, base):
        self.base = base

    @classmethod
    def from_pretrained(cls, adapter, dtype):
        with open(os.path.join(adapter, "adapter_config.json"), encoding="utf-8") as file:
            return cls(json.load(file)["base_model_name_or_path"])

    def merge_and_unload(self):
        return self

    def save_pretrained(self, output):
        os.makedirs(output)
        with open(os.path.join(output, "config.json"), "w", encoding="utf-8") as file:
            json.dump({"_name_or_path": self.base}, file)
