"""What computes the network while scoring: torch, OpenVINO or ONNX Runtime."""
