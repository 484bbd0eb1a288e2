"""A network that was trained before, as one layer of a new one: made, frozen in part, filled."""

from kspec.model.backbone.made import Backbone, BackboneError
from kspec.model.backbone.make import make_backbone

__all__ = ["Backbone", "BackboneError", "make_backbone"]
