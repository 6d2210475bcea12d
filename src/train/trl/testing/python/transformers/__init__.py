"""Stands in for transformers in tests."""

import random


class TrainerCallback:
    pass


set_seed = random.seed


class AutoTokenizer:
    @classmethod
    def from_pretrained(cls, path):
        return cls()

    def save_pretrained(self, output):
        pass
