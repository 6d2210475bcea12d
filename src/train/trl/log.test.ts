import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogReader, isBar } from './log.ts';

describe('the log of TRL', () => {
  it('gives a step’s loss and figures once the number of steps is known', () => {
    const log = createLogReader(0);
    assert.deepEqual(
      log.read("{'loss': '0.9275', 'kl': 0, 'rewards/margins': '-1.259e-05', 'epoch': '0.5'}"),
      [],
    );
    assert.deepEqual(log.read('  8%|▊         | 1/12 [00:00<00:01,  9.21it/s]'), [
      {
        step: 1,
        steps: 12,
        loss: 0.9275,
        metrics: { loss: 0.9275, kl: 0, 'rewards/margins': -1.259e-5, epoch: 0.5 },
      },
    ]);
    const [second] = log.read("{'loss': 'nan', 'grad_norm': '-inf'}");
    assert.equal(second!.step, 2);
    assert.ok(Number.isNaN(second!.loss));
    assert.equal(second!.metrics.grad_norm, Number.NEGATIVE_INFINITY);
  });
  it('takes the summary at the end and other progress bars for no step', () => {
    const log = createLogReader(0);
    log.read('Tokenizing train dataset:  50%|█████     | 20/40 [00:00<00:00, 724.73 examples/s]');
    log.read('  0%|          | 0/4 [00:00<?, ?it/s]');
    assert.equal(log.firstStep(), undefined);
    assert.deepEqual(log.read("{'train_runtime': '1.104', 'train_loss': '0.8561', 'epoch': '0.075'}"), []);
    assert.deepEqual(log.read("{'role': 'user'}"), []);
    assert.deepEqual(log.read('✅ Training completed.'), []);
  });
  it('counts on from a checkpoint and sees where the bar begins', () => {
    const log = createLogReader(5);
    log.read('  0%|          | 0/12 [00:00<?, ?it/s]');
    log.read(' 50%|█████     | 6/12 [00:00<00:00, 44.22it/s]');
    assert.equal(log.read("{'loss': 0.5}")[0]!.step, 6);
    assert.equal(log.firstStep(), 6);
  });
  it('tells bars from messages', () => {
    assert.ok(isBar('Loading weights: 100%|██████████| 27/27 [00:00<00:00, 30458.90it/s]'));
    assert.ok(!isBar('ValueError: 100% | of 5 rows'));
  });
});
