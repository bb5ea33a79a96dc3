"""https://docs.wandb.ai/models/integrations/keras, in a sweep: WandbMetricsLogger, WandbModelCheckpoint and WandbEvalCallback."""
import numpy as np
import tensorflow as tf
import wandb
from wandb.integration.keras import WandbEvalCallback, WandbMetricsLogger, WandbModelCheckpoint


class Predictions(WandbEvalCallback):
    def __init__(self, images, labels):
        super().__init__(["idx", "image", "label"], ["epoch", "idx", "image", "label", "pred"])
        self.images, self.labels = images, labels

    def add_ground_truth(self, logs=None):
        for idx, (image, label) in enumerate(zip(self.images, self.labels)):
            self.data_table.add_data(idx, wandb.Image(image), int(label))

    def add_model_predictions(self, epoch, logs=None):
        preds = self.model.predict(self.images, verbose=0).argmax(axis=-1)
        table = self.data_table_ref
        for idx in table.get_index():
            self.pred_table.add_data(
                epoch, table.data[idx][0], table.data[idx][1], table.data[idx][2], int(preds[idx])
            )


def main():
    run = wandb.init(config={"units": 8, "lr": 0.01})
    tf.keras.utils.set_random_seed(1)
    images = np.random.default_rng(1).random((64, 8, 8, 1)).astype("float32")
    labels = (images.mean(axis=(1, 2, 3)) > 0.5).astype("int64")
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((8, 8, 1)),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(run.config.units, "relu"),
            tf.keras.layers.Dense(2, "softmax"),
        ]
    )
    model.compile(
        optimizer=tf.keras.optimizers.Adam(run.config.lr),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        images,
        labels,
        epochs=3,
        batch_size=16,
        validation_data=(images[:16], labels[:16]),
        verbose=0,
        callbacks=[
            WandbMetricsLogger(log_freq="batch"),
            WandbModelCheckpoint("models/model-{epoch:02d}.keras"),
            Predictions(images[:4], labels[:4]),
        ],
    )
    run.finish()


main()
