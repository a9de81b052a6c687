// What an application on @aws-sdk/client-rekognition does; prints what it saw as JSON.
import { readFile } from "node:fs/promises";
import {
  AssociateFacesCommand,
  CreateCollectionCommand,
  CreateUserCommand,
  DeleteCollectionCommand,
  DeleteFacesCommand,
  DeleteUserCommand,
  DescribeCollectionCommand,
  DisassociateFacesCommand,
  IndexFacesCommand,
  RekognitionClient,
  SearchFacesByImageCommand,
  SearchUsersByImageCommand,
  paginateListFaces,
} from "@aws-sdk/client-rekognition";

const { booked, probe } = JSON.parse(await readFile(process.argv[2], "utf8"));
const client = new RekognitionClient({ maxAttempts: 1 });
const CollectionId = "js";

async function refusal(command, through = client) {
  try {
    await through.send(command);
    return "nothing was thrown";
  } catch (error) {
    return error.name;
  }
}

await client.send(new CreateCollectionCommand({ CollectionId }));
const faces = {};
for (const [name, path] of Object.entries(booked)) {
  const answer = await client.send(
    new IndexFacesCommand({
      CollectionId,
      Image: { Bytes: await readFile(path) },
      ExternalImageId: name,
      MaxFaces: 1,
    }),
  );
  faces[name] = answer.FaceRecords[0].Face.FaceId;
}

const listed = {};
for await (const page of paginateListFaces({ client, pageSize: 7 }, { CollectionId })) {
  for (const face of page.Faces) listed[face.ExternalImageId] = face.FaceId;
}

const Image = { Bytes: await readFile(probe.path) };
const found = await client.send(new SearchFacesByImageCommand({ CollectionId, Image, MaxFaces: 5 }));

const UserId = "P-1";
const FaceIds = [faces[probe.name]];
await client.send(new CreateUserCommand({ CollectionId, UserId }));
await client.send(new AssociateFacesCommand({ CollectionId, UserId, FaceIds }));
const users = await client.send(new SearchUsersByImageCommand({ CollectionId, Image }));
await client.send(new DisassociateFacesCommand({ CollectionId, UserId, FaceIds }));
await client.send(new DeleteUserCommand({ CollectionId, UserId }));

const stranger = new RekognitionClient({
  maxAttempts: 1,
  credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: "wrong" },
});
const errors = {
  pattern: await refusal(new CreateCollectionCommand({ CollectionId: "no spaces" })),
  again: await refusal(new CreateCollectionCommand({ CollectionId })),
  unknown: await refusal(new DescribeCollectionCommand({ CollectionId: "unknown" })),
  number: await refusal(new SearchFacesByImageCommand({ CollectionId, Image, MaxFaces: 0 })),
  large: await refusal(
    new IndexFacesCommand({ CollectionId, Image: { Bytes: new Uint8Array(6 * 2 ** 20) } }),
  ),
  signature: await refusal(new DescribeCollectionCommand({ CollectionId }), stranger),
};

const deleted = await client.send(
  new DeleteFacesCommand({ CollectionId, FaceIds: Object.values(faces) }),
);
const left = await client.send(new DescribeCollectionCommand({ CollectionId }));
await client.send(new DeleteCollectionCommand({ CollectionId }));

console.log(
  JSON.stringify({
    faces,
    listed,
    first: found.FaceMatches[0].Face.ExternalImageId,
    user: users.UserMatches[0].User.UserId,
    deleted: deleted.DeletedFaces.length,
    left: left.FaceCount,
    created: left.CreationTimestamp,
    errors,
  }),
);
