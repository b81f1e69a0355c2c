"""Pictures of a catalogue: found beside it, checked, scaled for cards, kept under lasting names."""

from ingestion.pictures.encoding import EncodedPictures, encode_pictures
from ingestion.pictures.folder import PictureFolder
from ingestion.pictures.kinds import PictureRefused, picture_kind
from ingestion.pictures.svg import check_svg

__all__ = [
    "EncodedPictures",
    "PictureFolder",
    "PictureRefused",
    "check_svg",
    "encode_pictures",
    "picture_kind",
]
