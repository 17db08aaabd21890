"""Bundles on the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path

from framescope.data.errors import InputError
from framescope.models.bundle import verified_hash


def push_bundle(folder: Path, repository: str, *, private: bool = True) -> str:
    """Upload a bundle as one commit, making the repository if there is none.

    Args:
        folder: The bundle; its model card becomes the repository's page.
        repository: Name on the Hub, such as ``team/frames``.
        private: Whether a repository that is made can be seen by its owners alone.

    Returns:
        The address of the commit.

    Raises:
        InputError: The bundle is not whole, there is no token, or the Hub refuses or is not there.
    """
    try:
        from huggingface_hub import HfApi, get_token
    except ImportError as error:
        raise InputError("the Hub needs: pip install 'framescope[train]'") from error
    found = verified_hash(folder)
    if get_token() is None:
        wish = "HF_TOKEN in the environment, or 'hf auth login'"
        raise InputError("there is no token for the Hugging Face Hub", expected=wish)
    api = HfApi()
    try:
        api.create_repo(repository, private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repository, folder_path=folder, commit_message=f"Bundle {found[:12]}"
        )
    except Exception as error:
        first = str(error).partition("\n")[0]
        raise InputError(f"the Hub did not take it: {first}", path=repository) from error
    return commit.commit_url
