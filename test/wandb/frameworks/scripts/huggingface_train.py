"""https://docs.wandb.ai/models/integrations/huggingface, in a sweep: report_to="wandb" and WANDB_LOG_MODEL=checkpoint; no model is downloaded."""
import os

import torch
import wandb
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

os.environ["WANDB_LOG_MODEL"] = "checkpoint"
os.environ["WANDB_WATCH"] = "all"


class Tokens(torch.utils.data.Dataset):
    def __init__(self, count):
        ids = torch.Generator().manual_seed(1)
        self.ids = torch.randint(5, 50, (count, 8), generator=ids)

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, index):
        ids = self.ids[index]
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": int(ids[0] > 27)}


def accuracy(predictions):
    logits, labels = predictions
    return {"accuracy": float((logits.argmax(-1) == labels).mean())}


def main():
    wandb.init()
    model = BertForSequenceClassification(
        BertConfig(vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    )
    arguments = TrainingArguments(
        output_dir="out",
        report_to="wandb",
        learning_rate=wandb.config.learning_rate,
        num_train_epochs=2,
        per_device_train_batch_size=16,
        logging_steps=1,
        eval_strategy="epoch",
        save_strategy="epoch",
        load_best_model_at_end=True,
        metric_for_best_model="accuracy",
        use_cpu=True,
    )
    trainer = Trainer(
        model=model, args=arguments, train_dataset=Tokens(64), eval_dataset=Tokens(32), compute_metrics=accuracy
    )
    trainer.train()
    wandb.finish()


main()
