"""A pretrained network as one layer of a new one: built, partly frozen, filled with weights."""

from kspec.model.backbone.made import Backbone, BackboneError
from kspec.model.backbone.make import make_backbone

__all__ = ["Backbone", "BackboneError", "make_backbone"]
