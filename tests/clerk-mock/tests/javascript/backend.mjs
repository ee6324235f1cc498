// Clerk's own SDK for JavaScript as the client of a mock.
// Arguments: the folder where @clerk/backend is installed, and the address of the mock without its version.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [folder, apiUrl] = process.argv.slice(2);
const { createClerkClient, verifyToken } = createRequire(`${folder}/`)("@clerk/backend");
const secretKey = "sk_test_javascript";
const clerk = createClerkClient({ secretKey, apiUrl });

const rejected = async (promise, status, code) => {
  const error = await promise.then(
    () => assert.fail(`not rejected with ${code}`),
    (error) => error,
  );
  assert.equal(error.status, status, JSON.stringify(error));
  assert.equal(error.errors[0].code, code);
};

// Users.
const ada = await clerk.users.createUser({
  emailAddress: ["Ada@example.com"],
  firstName: "Ada",
  password: "correct horse",
  publicMetadata: { plan: "pro" },
});
assert.equal(ada.primaryEmailAddress.emailAddress, "ada@example.com");
const bob = await clerk.users.createUser({ username: "bob", phoneNumber: ["+12015550100"] });
assert.deepEqual((await clerk.users.getUser(ada.id)).publicMetadata, { plan: "pro" });
const listed = await clerk.users.getUserList({ emailAddress: ["ADA@example.com"] });
assert.deepEqual([listed.totalCount, listed.data[0].id], [1, ada.id]);
assert.equal(await clerk.users.getCount(), 2);
const changed = await clerk.users.updateUserMetadata(ada.id, { publicMetadata: { seats: 2 } });
assert.deepEqual(changed.publicMetadata, { plan: "pro", seats: 2 });
assert.equal((await clerk.users.updateUser(bob.id, { firstName: "Bob" })).firstName, "Bob");
assert.equal((await clerk.users.banUser(bob.id)).banned, true);
await clerk.users.verifyPassword({ userId: ada.id, password: "correct horse" });
await rejected(clerk.users.createUser({ firstName: "X" }), 422, "form_data_missing");
await rejected(clerk.users.createUser({ username: "BOB" }), 422, "form_identifier_exists");
const digest = { username: "c", passwordDigest: "x", passwordHasher: "rot13" };
await rejected(clerk.users.createUser(digest), 422, "form_param_value_invalid");
await rejected(clerk.users.getUser("user_none"), 404, "resource_not_found");

// Organizations.
const acme = await clerk.organizations.createOrganization({ name: "Acme", createdBy: ada.id });
const membership = { organizationId: acme.id, userId: bob.id, role: "org:member" };
await clerk.organizations.createOrganizationMembership(membership);
const members = await clerk.organizations.getOrganizationMembershipList({ organizationId: acme.id });
assert.equal(members.totalCount, 2);
const invitation = await clerk.organizations.createOrganizationInvitation({
  organizationId: acme.id,
  emailAddress: "carol@example.com",
  role: "org:member",
  inviterUserId: ada.id,
});
assert.equal(invitation.status, "pending");
const domain = { organizationId: acme.id, name: "acme.example", enrollmentMode: "automatic_invitation" };
assert.equal((await clerk.organizations.createOrganizationDomain(domain)).name, "acme.example");

// Sessions, and tokens that verify.
const session = await clerk.sessions.createSession({ userId: ada.id });
const { jwt } = await clerk.sessions.getToken(session.id);
const claims = await verifyToken(jwt, { secretKey, apiUrl });
assert.deepEqual([claims.sub, claims.sid], [ada.id, session.id]);
const template = await clerk.jwtTemplates.create({
  name: "hasura",
  claims: { aud: "hasura", mail: "{{user.primary_email_address}}" },
});
assert.equal((await clerk.jwtTemplates.get(template.id)).name, "hasura");
const custom = await clerk.sessions.getToken(session.id, "hasura");
const payload = JSON.parse(Buffer.from(custom.jwt.split(".")[1], "base64url"));
assert.deepEqual([payload.aud, payload.mail], ["hasura", "ada@example.com"]);
assert.equal((await clerk.sessions.revokeSession(session.id)).status, "revoked");

// Machines and their tokens.
const machine = await clerk.machines.create({ name: "billing", defaultTokenTtl: 60 });
assert.equal((await clerk.machines.get(machine.id)).name, "billing");
const token = await clerk.m2m.createToken({ machineSecretKey: machine.secretKey });
const verified = await clerk.m2m.verify({ token: token.token, machineSecretKey: machine.secretKey });
assert.equal(verified.subject, machine.id);
const key = await clerk.apiKeys.create({ name: "deploy", subject: ada.id });
assert.equal((await clerk.apiKeys.verify(key.secret)).id, key.id);

// Whatever else is created.
const application = await clerk.oauthApplications.create({
  name: "app",
  redirectUris: ["https://example.com/back"],
});
assert.equal((await clerk.oauthApplications.get(application.id)).name, "app");
const redirect = await clerk.redirectUrls.createRedirectUrl({ url: "https://example.com/back" });
assert.equal((await clerk.redirectUrls.getRedirectUrl(redirect.id)).url, "https://example.com/back");
const allowed = { identifier: "dan@example.com", notify: false };
await clerk.allowlistIdentifiers.createAllowlistIdentifier(allowed);
await rejected(
  clerk.allowlistIdentifiers.createAllowlistIdentifier(allowed),
  400,
  "duplicate_record",
);
assert.equal((await clerk.allowlistIdentifiers.getAllowlistIdentifierList()).data.length, 1);
assert.equal((await clerk.domains.list()).data[0].isSatellite, false);
const entry = await clerk.waitlistEntries.create({ emailAddress: "eve@example.com" });
assert.equal((await clerk.waitlistEntries.list()).data[0].id, entry.id);
const ticket = await clerk.signInTokens.createSignInToken({ userId: ada.id, expiresInSeconds: 60 });
assert.equal((await clerk.signInTokens.revokeSignInToken(ticket.id)).status, "revoked");
const invited = await clerk.invitations.createInvitation({ emailAddress: "frank@example.com" });
assert.equal((await clerk.invitations.revokeInvitation(invited.id)).status, "revoked");
const connection = await clerk.samlConnections.createSamlConnection({
  name: "Okta",
  provider: "saml_okta",
  domain: "acme.example",
});
assert.equal((await clerk.samlConnections.getSamlConnection(connection.id)).name, "Okta");

await clerk.users.deleteUser(bob.id);
await rejected(clerk.users.getUser(bob.id), 404, "resource_not_found");
console.log("done");
