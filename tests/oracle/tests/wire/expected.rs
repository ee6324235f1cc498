//! The intended differences between the clients, and what cannot be compared.

use crate::compared::Aspect;

/// An intended difference, with the reason.
pub(crate) struct Expected {
    pub(crate) operations: &'static [&'static str],
    pub(crate) variants: &'static [&'static str],
    pub(crate) aspect: Aspect,
    pub(crate) reason: &'static str,
}

impl Expected {
    /// One by one.
    pub(crate) fn expanded(&self) -> impl Iterator<Item = (&'static str, &'static str, Aspect)> {
        self.operations.iter().flat_map(|operation| {
            let variants = self.variants.iter();
            variants.map(|variant| (*operation, *variant, self.aspect))
        })
    }
}

pub(crate) const DIFFERENCES: &[Expected] = &[
    Expected {
        operations: &["ListAllOrganizationDomains"],
        variants: &["all"],
        aspect: Aspect::Query,
        reason: "`enrollment_mode` has `explode: false`, values joined with commas; stock progenitor \
                 repeats the name for each value",
    },
    Expected {
        operations: &[
            "ChangeProductionInstanceDomain",
            "CreateSessionToken",
            "CreateSessionTokenFromTemplate",
            "InviteWaitlistEntry",
            "PreviewTemplate",
            "RemoveUserPassword",
            "ReplaceUserMetadata",
            "RevokeOrganizationInvitation",
            "SetUserPasswordCompromised",
            "ToggleTemplateDelivery",
            "UpdateDirectory",
            "UpdateEmailAddress",
            "UpdateInstance",
            "UpdateInstanceAuthConfig",
            "UpdateInstanceCommunication",
            "UpdateInstanceOAuthApplicationSettings",
            "UpdateInstanceOrganizationSettings",
            "UpdateInstanceProtect",
            "UpdateInstanceRestrictions",
            "UpdateMachine",
            "UpdateOrganizationMembershipMetadata",
            "UpdatePhoneNumber",
            "UpdateProductionInstanceDomain",
            "UpdateSCIMDirectory",
            "UpdateSignUp",
            "UpdateUserMetadata",
            "UpsertTemplate",
            "VerifyDomainProxy",
            "VerifySession",
        ],
        variants: &["required"],
        aspect: Aspect::Body,
        reason: "the description does not require a body and nothing is set: ours sends none; \
            stock progenitor sends an empty object, because its functions always take a body",
    },
];

/// Operations that stock progenitor does not support, in the order of the description.
pub(crate) const LEFT_OUT: &[(&str, &str)] = &[
    ("UploadOAuthApplicationLogo", FORM),
    ("UploadOrganizationLogo", FORM),
    ("SetUserProfileImage", FORM),
];

const FORM: &str = "its body is a form with a file";
