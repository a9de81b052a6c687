"""Amazon Rekognition's wire protocol (AWS JSON 1.1, SigV4) over the use cases on collections."""
