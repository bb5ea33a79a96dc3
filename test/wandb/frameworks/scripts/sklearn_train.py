"""https://docs.wandb.ai/models/integrations/scikit, in a sweep: every plot of the integration."""
import wandb
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

with wandb.init(config={"n_estimators": 10}) as run:
    iris = load_iris()
    X_train, X_test, y_train, y_test = train_test_split(iris.data, iris.target, random_state=1)
    model = RandomForestClassifier(n_estimators=run.config.n_estimators, random_state=1)
    model.fit(X_train, y_train)
    y_pred, y_probas = model.predict(X_test), model.predict_proba(X_test)
    names = list(iris.target_names)
    wandb.sklearn.plot_classifier(
        model, X_train, X_test, y_train, y_test, y_pred, y_probas, names,
        is_binary=False, model_name="RandomForest", feature_names=iris.feature_names,
    )
    wandb.sklearn.plot_roc(y_test, y_probas, names)
    wandb.sklearn.plot_precision_recall(y_test, y_probas, names)
    wandb.sklearn.plot_confusion_matrix(y_test, y_pred, names)
    wandb.sklearn.plot_learning_curve(model, X_train, y_train)

    diabetes = load_diabetes()
    split = train_test_split(diabetes.data, diabetes.target, random_state=1)
    X_train, X_test, y_train, y_test = split
    ridge = Ridge().fit(X_train, y_train)
    wandb.sklearn.plot_regressor(ridge, X_train, X_test, y_train, y_test, model_name="Ridge")
    wandb.sklearn.plot_clusterer(
        KMeans(n_clusters=3, random_state=1), iris.data,
        KMeans(n_clusters=3, random_state=1).fit_predict(iris.data), names, "KMeans",
    )
    run.log({"accuracy": model.score(iris.data, iris.target)})
