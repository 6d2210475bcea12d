"""Adds an adapter to its base's weights, for Juxta.

    python merge.py ADAPTER OUTPUT
"""

import sys

from peft import AutoPeftModelForCausalLM
from transformers import AutoTokenizer

adapter, output = sys.argv[1:]
model = AutoPeftModelForCausalLM.from_pretrained(adapter, dtype="auto")
model.merge_and_unload().save_pretrained(output)
AutoTokenizer.from_pretrained(adapter).save_pretrained(output)
