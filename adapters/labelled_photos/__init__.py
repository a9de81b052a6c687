"""Labelled photos: a folder of people or a CSV file on the disk, or the live gallery."""

from adapters.labelled_photos.files import PROTOCOL, PhotoFiles, labelled_files
from adapters.labelled_photos.gallery import GalleryPhotos
from adapters.labelled_photos.gallery_templates import GalleryTemplates

__all__ = ["PROTOCOL", "GalleryPhotos", "GalleryTemplates", "PhotoFiles", "labelled_files"]
