//! The file that the calls upload.

use clerk_api::Upload;

/// A PNG of one transparent pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\
    \0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\x0bIDAT\x78\xda\x63\x60\0\x02\0\0\x05\0\x01\xe9\xfa\xdc\xd8\
    \0\0\0\0IEND\xae\x42\x60\x82";

pub(crate) fn image() -> Upload {
    Upload::bytes("sample.png", PNG)
}
