//! The tables of the store.

use super::described::collections::{INDEXED, collections};

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    Users,
    EmailAddresses,
    PhoneNumbers,
    Web3Wallets,
    Organizations,
    Memberships,
    OrganizationInvitations,
    Invitations,
    Sessions,
    ApiKeys,
    M2mTokens,
    /// The settings of the instance, by path.
    Settings,
    /// A collection without a module of its own, by number.
    Described(usize),
}

impl Table {
    /// The name of its objects.
    pub(crate) fn object(self) -> &'static str {
        match self {
            Self::Users => "user",
            Self::EmailAddresses => "email_address",
            Self::PhoneNumbers => "phone_number",
            Self::Web3Wallets => "web3_wallet",
            Self::Organizations => "organization",
            Self::Memberships => "organization_membership",
            Self::OrganizationInvitations => "organization_invitation",
            Self::Invitations => "invitation",
            Self::Sessions => "session",
            Self::ApiKeys => "api_key",
            Self::M2mTokens => "machine_to_machine_token",
            Self::Settings => "settings",
            Self::Described(number) => &collections()[number].object,
        }
    }

    /// The operation whose response is one record.
    pub(crate) fn read_by(self) -> &'static str {
        match self {
            Self::Users => "GetUser",
            Self::EmailAddresses => "GetEmailAddress",
            Self::PhoneNumbers => "GetPhoneNumber",
            Self::Organizations => "GetOrganization",
            Self::Memberships => "CreateOrganizationMembership",
            Self::OrganizationInvitations => "GetOrganizationInvitation",
            Self::Invitations => "CreateInvitation",
            Self::Sessions => "GetSession",
            Self::ApiKeys => "getApiKey",
            Self::M2mTokens => "verifyM2MToken",
            Self::Web3Wallets | Self::Settings => "",
            Self::Described(number) => collections()[number].read_by,
        }
    }

    /// The indexed texts of its records.
    pub(super) fn indexed(self) -> &'static [&'static str] {
        match self {
            Self::Users => &[
                "username",
                "external_id",
                "primary_email_address_id",
                "primary_phone_number_id",
                "primary_web3_wallet_id",
                "next_organization_id",
            ],
            Self::EmailAddresses => &["user_id", "email_address"],
            Self::PhoneNumbers => &["user_id", "phone_number"],
            Self::Web3Wallets => &["user_id", "web3_wallet"],
            Self::Organizations => &["slug", "role_set_key"],
            Self::Memberships => &["organization_id", "user_id", "role"],
            Self::OrganizationInvitations => {
                &["organization_id", "pending_in", "email_address", "role"]
            }
            Self::Invitations => &["email_address"],
            Self::Sessions => &["user_id", "client_id", "last_active_organization_id"],
            Self::ApiKeys => &["subject", "secret"],
            Self::M2mTokens => &["subject", "token"],
            Self::Settings => &[],
            Self::Described(_) => INDEXED,
        }
    }
}
