from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "pipelines.sample"
    label = "sample"
